/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Separates messages that this program has written one after the other, for a transport that takes
 * them one by one.
 */
#ifndef MSRP_MESSAGE_END_H
#define MSRP_MESSAGE_END_H

#include "base/slice.h"

/*
 * The length of the first message in IN, if IN begins with one that is whole and well-formed;
 * otherwise the length of IN.
 */
size_t msrp_message_end(struct slice in);

#endif
