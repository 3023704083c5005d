/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws the progress of a file: percentage, rate, time left, name and bar, as much as fits into one
 * line of the terminal.
 */
#include "cli/terminal/progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <uv.h>
#include <msrp.h>

#include "cli/terminal/columns.h"

enum {
	BAR_WIDTH = 30,
	COLUMNS_DEFAULT = 80,
	NUMBERS_MAX = 128,
	TIME_MAX = 32,
	NAME_MAX_LEN = 256,
};

void cli_progress_start(struct cli_progress *p, uint64_t have)
{
	p->have = have;
	p->start_ns = uv_hrtime();
}

static double elapsed_seconds(const struct cli_progress *p)
{
	return (double)(uv_hrtime() - p->start_ns) / 1e9;
}

static double rate(const struct cli_progress *p, uint64_t done)
{
	double s = elapsed_seconds(p);

	return s > 0 ? (double)done / 1e6 / s : 0;
}

static size_t columns(void)
{
	struct winsize size = { 0 };

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return COLUMNS_DEFAULT;
	return size.ws_col;
}

/* "3:07" or "2:03:07" left at the average rate; "" if unknown. */
static void put_time_left(const struct cli_progress *p, uint64_t done, uint64_t total,
			  char text[TIME_MAX])
{
	uint64_t came = done - p->have;
	double s = came > 0 ? (double)(total - done) / (double)came * elapsed_seconds(p) : 1e9;
	unsigned left = s < 359999 ? (unsigned)s : 0;

	text[0] = '\0';
	if (s >= 359999)
		return;
	if (left >= 3600)
		snprintf(text, TIME_MAX, ", %u:%02u:%02u left", left / 3600, left / 60 % 60,
			 left % 60);
	else
		snprintf(text, TIME_MAX, ", %u:%02u left", left / 60, left % 60);
}

/* As much as fits: the numbers, then the name, then a bar. */
static void put_line(struct cli_progress *p, const char *name, const char *numbers, double part)
{
	static const char full[] = "##############################";
	static const char empty[] = "                              ";
	/* The last column stays free: some terminals wrap there. */
	size_t room = columns() - 1, len = strlen(numbers), width;
	char shown[NAME_MAX_LEN];
	int hashes = (int)(part * BAR_WIDTH);

	snprintf(shown, sizeof(shown), "%s", name);
	msrp_text_clean(shown, strlen(shown), '?', shown);
	width = cli_columns(shown, strlen(shown));
	p->shown = true;
	fputs("\r\033[K", stderr);
	if (width > 0 && len + width + 2 <= room)
		fprintf(stderr, "%s: ", shown);
	if (part >= 0 && len + width + 2 + BAR_WIDTH + 3 <= room)
		fprintf(stderr, "[%.*s%.*s] ", hashes, full, BAR_WIDTH - hashes, empty);
	fprintf(stderr, "%.*s", (int)room, numbers);
}

void cli_progress_show(struct cli_progress *p, const char *name, uint64_t done, uint64_t total)
{
	char numbers[NUMBERS_MAX], left[TIME_MAX];
	double part = total > 0 ? (double)done / (double)total : 1;

	if (!isatty(STDERR_FILENO))
		return;
	if (total == UINT64_MAX) {
		snprintf(numbers, sizeof(numbers), "%.1f MB, %.1f MB/s", (double)done / 1e6,
			 rate(p, done - p->have));
		put_line(p, name, numbers, -1);
		return;
	}
	put_time_left(p, done, total, left);
	snprintf(numbers, sizeof(numbers), "%3d %% of %.1f MB, %.1f MB/s%s", (int)(part * 100),
		 (double)total / 1e6, rate(p, done - p->have), left);
	put_line(p, name, numbers, part);
}

void cli_progress_reading(struct cli_progress *p, const char *name)
{
	if (isatty(STDERR_FILENO))
		put_line(p, name, "reading", -1);
}

void cli_progress_clear(struct cli_progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}

void cli_progress_finish(struct cli_progress *p, FILE *out, uint64_t size, const char *sha256)
{
	cli_progress_clear(p);
	if (p->have > 0)
		fprintf(out, "resumed after %llu bytes\n", (unsigned long long)p->have);
	fprintf(out, "%llu bytes in %.2f s, %.1f MB/s\nsha256 %s\n", (unsigned long long)size,
		elapsed_seconds(p), rate(p, size), sha256);
}
