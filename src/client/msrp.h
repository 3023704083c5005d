/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages and files over MSRP (RFC 4975), directly or through a relay (RFC 4976). This is the
 * header to include. Its parts declare the functions, each part those of one layer of the library,
 * from the bottom up.
 *
 * Everything happens on the caller's loop and on its thread. A function that
 * starts something returns at once and tells the outcome by a callback, which
 * never comes before the function has returned. Every callback may call every
 * function of the library, the one that frees the object at hand included;
 * after an object is freed, none of its callbacks comes any more.
 *
 * The way to a session:
 *
 *     msrp_context_new()                       once per loop
 *     msrp_connector_direct_new()              calls, without a relay
 *     msrp_acceptor_direct_new()               is called, without a relay
 *     msrp_relay_connection_new()              either, with a relay
 *     msrp_connector_prepare()  -> path        ours, for "a=path" in SDP
 *     msrp_connector_complete() -> transport   given the other side's path
 *     msrp_session_new()                       inside that callback
 *     msrp_connector_cleanup()                 always, after success too
 *
 * A path is one string: MSRP URIs with one space between each two.
 *
 * Functions return 0, or a negative errno when this machine failed or the call
 * makes no sense: -EINVAL for what is missing or comes too early, -EALREADY for
 * what may be done once and was, -EPIPE for what comes too late. NULL where nothing says that it
 * is allowed is -EINVAL as well; functions that return something else make nothing of it: they
 * return NULL, "", 0 or false. A callback
 * that tells of a failure has ERR, which is a negative errno (UV_ECONNREFUSED,
 * UV_EAI_NONAME, ...) or one of enum msrp_error, and WHY, one line in plain
 * words that is never NULL and valid during the call.
 */
#ifndef CLIENT_MSRP_H
#define CLIENT_MSRP_H

#include "msrp/types.h"
#include "msrp/message.h"
#include "msrp/sdp.h"
#include "msrp/formats.h"
#include "msrp/link.h"
#include "msrp/transport.h"
#include "msrp/connect.h"
#include "msrp/session.h"
#include "msrp/media.h"
#include "msrp/files.h"

#endif
