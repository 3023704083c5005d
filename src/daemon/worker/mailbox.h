/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How threads talk to each other. A call put into a mailbox is made once, in the order of sending,
 * on the thread whose loop the mailbox belongs to. Nothing is dropped: calls that remain when that
 * loop has ended are made by the thread that ends it, with mailbox_run().
 */
#ifndef DAEMON_WORKER_MAILBOX_H
#define DAEMON_WORKER_MAILBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/list.h"

/* OWNER is the mailbox's owner. */
typedef void (*mail_fn)(void *owner, void *arg);

/* A call to be made. It belongs to its sender, so that sending cannot fail. */
struct mail {
	mail_fn fn;
	void *arg;
	/* For the mailbox. */
	STAILQ_ENTRY(mail) in_box;
	bool queued;
};

STAILQ_HEAD(mail_list, mail);

struct mailbox {
	pthread_mutex_t lock; /* held for a few instructions, never during a call */
	struct mail_list mails;
	size_t n;
	uv_async_t async;
	void *owner;
	bool open;
};

/* Call on LOOP's thread, or before LOOP runs. Returns 0 or a negative errno. */
int mailbox_init(struct mailbox *box, uv_loop_t *loop, void *owner);

/*
 * From any thread. MAIL belongs to the caller, has fn and arg set and the rest zeroed, and must
 * live until it is called. A mail that already waits is not added again.
 */
void mailbox_send(struct mailbox *box, struct mail *mail);

/* Makes the calls that wait now. False: there were none. */
bool mailbox_run(struct mailbox *box);

/*
 * It must be empty, and nobody may send any more. The loop has to run once more to release the
 * handle. A zeroed one is fine.
 */
void mailbox_close(struct mailbox *box);

#endif
