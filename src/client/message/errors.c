/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts for three kinds of numbers: our own errors, those of libuv and the system, and response
 * codes.
 */
#include <errno.h>
#include <string.h>
#include <uv.h>

#include "client/msrp/types.h"
#include "msrp/report.h"

static const char *const own[] = {
	[0] = "no error",
	[MSRP_ERROR_CONNECT_TIMEOUT] = "no connection in time",
	[MSRP_ERROR_RELAY_TIMEOUT] = "the relay does not answer",
	[MSRP_ERROR_INCOMING_TIMEOUT] = "nobody has connected in time",
	[MSRP_ERROR_BIND_TIMEOUT] = "the other side does not bind the session in time",
	[MSRP_ERROR_TLS] = "the certificate or the TLS handshake is bad",
	[MSRP_ERROR_AUTH] = "the relay does not accept the credentials",
	[MSRP_ERROR_RELAY] = "the relay has refused, or answered what it should not",
	[MSRP_ERROR_BIND] = "the other side refuses the session",
	[MSRP_ERROR_PATH] = "the path cannot be read, or does not fit",
	[MSRP_ERROR_PROTOCOL] = "what came is not MSRP",
	[MSRP_ERROR_CLOSED] = "the other side closed the connection",
	[MSRP_ERROR_REFUSED] = "the other side does not want the file",
	[MSRP_ERROR_ABORTED] = "the other side has given up",
	[MSRP_ERROR_MISMATCH] = "what came is not the file that was announced",
	[MSRP_ERROR_KEEP_ALIVE] = "the other side does not answer keep-alives any more",
};

enum { N_OWN = sizeof(own) / sizeof(own[0]) };

/* Here these numbers have another meaning than the system's text says. */
static const struct {
	int number;
	const char *words;
} meanings[] = {
	{ -EINVAL, "an argument makes no sense, or something is missing" },
	{ -EALREADY, "this may be done once, and was" },
	{ -EPIPE, "too late: it is over, or ends" },
	{ -EAGAIN, "too early: it has not come so far yet" },
	{ -EBUSY, "not now: something else is under way" },
	{ -ENODATA, "the file is shorter than it should be" },
	{ -EBADMSG, "it is malformed, and cannot be read" },
	{ -ENOTSUP, "the other side does not take this, or it is not possible here" },
	{ -EFAULT, "an address is none of this program's" },
	{ -ENOENT, "there is no such thing" },
	{ -ENOBUFS, "more waits, or is asked for, than there is room for" },
	{ -ERANGE, "that part of the file cannot be given or taken" },
	{ -ECANCELED, "it was ended before it was done" },
	{ -ETIMEDOUT, "it has taken too long" },
	{ -EINTR, "it was stopped from elsewhere" },
	{ -ENOMEM, "out of memory" },
};

/* libuv's own text, only for its own numbers: for others it would leak memory. */
static const char *words_of_libuv(int number)
{
	switch (number) {
#define CASE(name, words)                                                                          \
	case UV_##name:                                                                            \
		return words;
		UV_ERRNO_MAP(CASE)
#undef CASE
	default:
		return NULL;
	}
}

static const char *words_of_errno(int number)
{
	const char *words;

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].number == number)
			return meanings[i].words;
	words = words_of_libuv(number);
	if (!words && number > -4096) /* the kernel has no errnos beyond */
		words = strerrordesc_np(-number);
	return words ? words : "an unknown error";
}

const char *msrp_strerror(int number)
{
	const char *words = NULL;

	if (number < 0)
		return words_of_errno(number);
	if (number < N_OWN)
		return own[number];
	if (number >= 100 && number <= 999)
		words = msrp_status_comment((unsigned)number);
	return words && *words ? words : "an unknown error";
}
