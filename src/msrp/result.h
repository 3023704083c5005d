/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The results that a peer causes, as against those of a machine that fails. All of this room
 * return them.
 */
#ifndef MSRP_RESULT_H
#define MSRP_RESULT_H

/*
 * What functions of this folder return. 0: done. Negative: this machine
 * failed, an errno such as -ENOMEM. Positive: the peer's doing, one of these.
 */
enum msrp_result {
	MSRP_BAD = 1,  /* not what the grammar of RFC 4975 section 9 allows */
	MSRP_TOO_LONG, /* allowed by the grammar, but beyond a limit of ours */
	MSRP_MORE,     /* not complete yet */
};

#endif
