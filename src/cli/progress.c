/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>
#include <uv.h>

enum { BAR_WIDTH = 30 };

void cli_progress_start(struct cli_progress *p, uint64_t have)
{
	p->have = have;
	p->start_ns = uv_hrtime();
}

static double seconds(const struct cli_progress *p)
{
	return (double)(uv_hrtime() - p->start_ns) / 1e9;
}

static double rate(const struct cli_progress *p, uint64_t done)
{
	double s = seconds(p);

	return s > 0 ? (double)done / 1e6 / s : 0;
}

void cli_progress_show(struct cli_progress *p, uint64_t done, uint64_t total)
{
	static const char full[] = "##############################";
	static const char empty[] = "                              ";
	int width;

	if (!isatty(STDERR_FILENO))
		return;
	p->shown = true;
	if (total == UINT64_MAX) {
		fprintf(stderr, "\r\033[K%.1f MB, %.1f MB/s", (double)done / 1e6,
			rate(p, done - p->have));
		return;
	}
	width = total > 0 ? (int)((double)done / (double)total * BAR_WIDTH) : BAR_WIDTH;
	fprintf(stderr, "\r\033[K[%.*s%.*s] %3d %% of %.1f MB, %.1f MB/s", width, full,
		BAR_WIDTH - width, empty,
		total > 0 ? (int)((double)done * 100 / (double)total) : 100, (double)total / 1e6,
		rate(p, done - p->have));
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
		seconds(p), rate(p, size), sha256);
}
