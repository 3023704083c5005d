/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plays each transcript of a directory as it is, byte by byte, and once for each allocation, which
 * then fails: see tests/scenarios/README.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/oom.h"
#include "support/scenario.h"

/* Lets the relay, and nobody else, run out of memory at a certain allocation. */
struct shortage {
	size_t n_good;
	bool over; /* it has struck; from the next call on everything succeeds again */
};

static void relay_begins(void *arg)
{
	struct shortage *shortage = arg;

	if (!shortage->over)
		support_oom_start(shortage->n_good, true);
}

static void relay_ends(void *arg)
{
	struct shortage *shortage = arg;

	if (shortage->over)
		return;
	shortage->n_good = support_oom_left();
	shortage->over = support_oom_struck();
	support_oom_stop();
}

/* *ret_memory_lasts is only ever set to true. */
static bool play(const char *name, const char *how, const struct scenario_play *play,
		 struct slice text, bool *ret_memory_lasts)
{
	struct scenario s;
	bool ok = scenario_run(&s, play, text);
	struct slice problem = buf_slice(&s.problem);

	if (!ok)
		printf("# %s, %s:\n", name, how);
	while (!ok && problem.len > 0) {
		size_t end = slice_find(problem, '\n');

		printf("# %" SLICE_FMT "\n", (int)end, problem.p);
		problem = slice_skip(problem, end < problem.len ? end + 1 : end);
	}
	*ret_memory_lasts |= s.memory_lasts;
	scenario_done(&s);
	return ok;
}

/* *ret_n: the number of allocations in it. */
static bool play_with_shortages(const char *name, struct slice text, size_t *ret_n)
{
	struct shortage shortage = { 0 };
	const struct scenario_play with_shortage = {
		.read_size = WORLD_READ,
		.lenient = true,
		.enter = relay_begins,
		.leave = relay_ends,
		.arg = &shortage,
	};
	bool ok = true, lasts = false;
	size_t n = 0;

	do {
		char how[64];

		snprintf(how, sizeof(how), "with %zu allocations", n);
		shortage = (struct shortage){ .n_good = n++ };
		ok = play(name, how, &with_shortage, text, &lasts);
	} while (ok && shortage.over);
	*ret_n = n - 1;
	if (ok && *ret_n == 0)
		printf("# %s: nothing was allocated, so nothing was played\n", name);
	return ok && *ret_n > 0;
}

static bool play_all_ways(const char *name, struct slice text, size_t *ret_n_allocations)
{
	static const struct scenario_play as_it_stands = { .read_size = WORLD_READ };
	static const struct scenario_play byte_by_byte = { .read_size = 1 };
	static const struct scenario_play spread = { .read_size = WORLD_READ, .workers = 2 };
	static const struct scenario_play spread_wide = { .read_size = WORLD_READ, .workers = 4 };
	bool memory_lasts = false;

	return play(name, "as it stands", &as_it_stands, text, &memory_lasts) &&
	       play(name, "byte by byte", &byte_by_byte, text, &memory_lasts) &&
	       play(name, "spread over two workers", &spread, text, &memory_lasts) &&
	       play(name, "spread over four workers", &spread_wide, text, &memory_lasts) &&
	       (memory_lasts || play_with_shortages(name, text, ret_n_allocations));
}

static bool play_file(const char *directory, const char *name, size_t *ret_n_allocations)
{
	struct buf text = { 0 };
	char path[4096];
	FILE *file;
	size_t len;
	bool ok;

	snprintf(path, sizeof(path), "%s%s%s", directory, directory[0] ? "/" : "", name);
	file = fopen(path, "rbe");
	if (!file)
		return false;
	do {
		uint8_t *room = buf_reserve(&text, 64 * 1024);

		len = room ? fread(room, 1, 64 * 1024, file) : 0;
		buf_commit(&text, len);
	} while (len > 0);
	fclose(file);
	ok = text.len > 0 && play_all_ways(name, buf_slice(&text), ret_n_allocations);
	buf_done(&text);
	return ok;
}

static int is_transcript(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && strcmp(entry->d_name + len - 4, ".txt") == 0;
}

/* A single file is for a closer look at a failure. */
static int play_one(const char *path)
{
	size_t n_allocations;

	return play_file("", path, &n_allocations) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char *argv[])
{
	struct dirent **entries;
	int n, failed = 0;

	if (argc == 2 && strstr(argv[1], ".txt"))
		return play_one(argv[1]);
	n = argc == 2 ? scandir(argv[1], &entries, is_transcript, alphasort) : -1;
	if (n < 0) {
		fprintf(stderr, "usage: %s DIRECTORY | FILE\n", argv[0]);
		return EXIT_FAILURE;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		size_t n_allocations = 0;
		bool ok = play_file(argv[1], entries[i]->d_name, &n_allocations);

		printf("%s %d - %s # %zu allocations\n", ok ? "ok" : "not ok", i + 1,
		       entries[i]->d_name, n_allocations);
		fflush(stdout);
		failed += !ok;
		free(entries[i]);
	}
	free(entries);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
