/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/feed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t pages_for(size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (len + page - 1) / page * page;
}

uint8_t *support_guard_new(const void *in, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = pages_for(len);
	uint8_t *block =
	    mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED || mprotect(block + room, page, PROT_NONE) != 0)
		abort();
	if (len > 0)
		memcpy(block + room - len, in, len);
	return block + room - len;
}

void support_guard_free(uint8_t *guarded, size_t len)
{
	size_t room = pages_for(len);

	munmap(guarded + len - room, room + (size_t)sysconf(_SC_PAGESIZE));
}

static void feed_guarded(support_feed_fn feed, void *arg, const uint8_t *in, size_t len)
{
	uint8_t *guarded = support_guard_new(in, len);

	feed(arg, guarded, len);
	support_guard_free(guarded, len);
}

void support_feed_all(const void *in, size_t len, support_step_fn begin, support_feed_fn feed,
		      support_step_fn end, void *arg)
{
	const uint8_t *bytes = in;

	for (size_t cut = 0; cut < len; cut++) { /* a cut at 0 is the whole */
		begin(arg);
		if (cut > 0)
			feed_guarded(feed, arg, bytes, cut);
		feed_guarded(feed, arg, bytes + cut, len - cut);
		end(arg);
	}
	begin(arg);
	for (size_t i = 0; i < len; i++)
		feed_guarded(feed, arg, bytes + i, 1);
	end(arg);
}
