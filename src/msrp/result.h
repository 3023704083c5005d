/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Results caused by the peer, as opposed to failures of this machine. All functions of this room
 * return them.
 */
#ifndef MSRP_RESULT_H
#define MSRP_RESULT_H

/*
 * The results of functions in this folder. 0: done. Negative: this machine failed, an errno such as
 * -ENOMEM. Positive: the peer's doing, one of these.
 */
enum msrp_result {
	MSRP_BAD = 1,  /* violates the grammar of RFC 4975 section 9 */
	MSRP_TOO_LONG, /* valid by the grammar, but beyond a limit of ours */
	MSRP_MORE,     /* not complete yet */
};

#endif
