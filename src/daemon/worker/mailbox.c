/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of calls under a lock, and a uv_async_t that wakes the loop that is to make them.
 */
#include "daemon/worker/mailbox.h"

#include <assert.h>

static void on_mailbox_async(uv_async_t *async)
{
	mailbox_run(CONTAINER_OF(async, struct mailbox, async));
}

int mailbox_init(struct mailbox *box, uv_loop_t *loop, void *owner)
{
	int err;

	*box = (struct mailbox){ .lock = PTHREAD_MUTEX_INITIALIZER, .owner = owner };
	STAILQ_INIT(&box->mails);
	err = uv_async_init(loop, &box->async, on_mailbox_async);
	box->open = !err;
	return err;
}

void mailbox_send(struct mailbox *box, struct mail *mail)
{
	pthread_mutex_lock(&box->lock);
	if (!mail->queued) {
		mail->queued = true;
		STAILQ_INSERT_TAIL(&box->mails, mail, in_box);
		box->n++;
	}
	pthread_mutex_unlock(&box->lock);
	/* Outside the lock, or the thread that wakes up would wait for it at once. */
	uv_async_send(&box->async);
}

static size_t count_mail(struct mailbox *box)
{
	size_t n;

	pthread_mutex_lock(&box->lock);
	n = box->n;
	pthread_mutex_unlock(&box->lock);
	return n;
}

static struct mail *take_mail(struct mailbox *box)
{
	struct mail *mail;

	pthread_mutex_lock(&box->lock);
	mail = STAILQ_FIRST(&box->mails);
	STAILQ_REMOVE_HEAD(&box->mails, in_box);
	mail->queued = false;
	box->n--;
	pthread_mutex_unlock(&box->lock);
	return mail;
}

/* Calls that arrive meanwhile have woken the loop again; they must not starve the sockets. */
bool mailbox_run(struct mailbox *box)
{
	size_t n = count_mail(box);

	for (size_t i = 0; i < n; i++) {
		struct mail *mail = take_mail(box);

		mail->fn(box->owner, mail->arg);
	}
	return n > 0;
}

void mailbox_close(struct mailbox *box)
{
	if (!box->open)
		return;
	assert(STAILQ_EMPTY(&box->mails));
	box->open = false;
	uv_close((uv_handle_t *)&box->async, NULL);
}
