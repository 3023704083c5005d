/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells messages apart that this program has written one behind the other, where each has to be
 * sent by itself.
 */
#ifndef MSRP_MESSAGE_END_H
#define MSRP_MESSAGE_END_H

#include "base/slice.h"

/*
 * The length of the first message in IN, which begins with one that is whole and well-formed; of
 * anything else that of IN.
 */
size_t msrp_message_end(struct slice in);

#endif
