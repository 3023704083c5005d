/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Stands in for libFuzzer: gives each file of the corpus to the target, and the empty input. Once
 * found, a fault stays found, with every compiler.
 */

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

enum {
	INPUT_MAX = 4 * 1024 * 1024, /* libFuzzer makes none longer */
};

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The block is exactly as long as the input, so that the sanitizer sees its end. */
static uint8_t *copy_exactly(const uint8_t *in, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	if (!copy)
		abort();
	if (len > 0)
		memcpy(copy, in, len);
	return copy;
}

static bool replay_file(const char *directory, const char *name)
{
	static uint8_t block[INPUT_MAX];
	char path[4096];
	uint8_t *in;
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "rbe");
	if (!file) {
		printf("# %s: %s\n", path, strerror(errno));
		return false;
	}
	len = fread(block, 1, sizeof(block), file);
	fclose(file);
	in = copy_exactly(block, len);
	LLVMFuzzerTestOneInput(in, len);
	free(in);
	return true;
}

static void replay_empty(void)
{
	uint8_t *in = copy_exactly(NULL, 0);

	LLVMFuzzerTestOneInput(in, 0);
	free(in);
}

int main(int argc, char *argv[])
{
	struct dirent **entries;
	int n, failed = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: %s CORPUS_DIRECTORY\n", argv[0]);
		return EXIT_FAILURE;
	}
	n = scandir(argv[1], &entries, is_input, alphasort);
	if (n < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return EXIT_FAILURE;
	}
	printf("1..%d\n", n + 1);
	replay_empty();
	printf("ok 1 - the empty input\n");
	for (int i = 0; i < n; i++) {
		bool ok = replay_file(argv[1], entries[i]->d_name);

		printf("%s %d - %s\n", ok ? "ok" : "not ok", i + 2, entries[i]->d_name);
		fflush(stdout);
		failed += !ok;
		free(entries[i]);
	}
	free(entries);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
