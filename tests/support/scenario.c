/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/scenario.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/scenario_step.h"

bool scenario_fail(struct scenario *s, const char *format, ...)
{
	char text[512];
	va_list args;
	int len;

	if (s->play->lenient)
		return true;
	len = snprintf(text, sizeof(text), "line %zu: ", s->line);
	va_start(args, format);
	vsnprintf(text + len, sizeof(text) - (size_t)len, format, args);
	va_end(args);
	buf_add_slice(&s->problem, slice_from(text));
	buf_add_char(&s->problem, '\n');
	return false;
}

static bool no_end(struct scenario *s, const char *name)
{
	return scenario_fail(s, "there is no connection of %s", name);
}

static bool step_send(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find(&s->world, step->word[0]);
	struct slice missing = { 0 };
	struct buf text = { 0 };
	bool complete = template_expand(&s->bindings, buf_slice(&step->block), &text, &missing);

	if (!complete && !s->play->lenient) {
		buf_done(&text);
		return scenario_fail(s, "{%" SLICE_FMT "} is not bound", SLICE_ARG(missing));
	}
	if (end && end->peer)
		world_send(end, buf_data(&text), text.len);
	buf_done(&text);
	return end ? true : no_end(s, step->word[0]);
}

/* Shows the expected and the actual text, from the line of the difference on. */
static bool fail_difference(struct scenario *s, struct slice want, struct slice got, size_t at)
{
	size_t start = at;

	while (start > 0 && got.p[start - 1] != '\n')
		start--;
	scenario_fail(s, "something else came");
	buf_add_slice(&s->problem, SLICE("expected:\n"));
	buf_add_slice(&s->problem, slice_first(want, want.len < 4000 ? want.len : 4000));
	buf_add_slice(&s->problem, SLICE("\ncame, from the difference on:\n"));
	got = slice_skip(got, start);
	buf_add_slice(&s->problem, slice_first(got, got.len < 1500 ? got.len : 1500));
	buf_add_char(&s->problem, '\n');
	return false;
}

static bool step_get(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find(&s->world, step->word[0]);
	struct slice want = buf_slice(&step->block);
	size_t len;

	if (!end)
		return no_end(s, step->word[0]);
	if (strcmp(step->word[2], "nothing") == 0) {
		if (end->out.len > 0 && !s->play->lenient)
			return fail_difference(s, SLICE("nothing"), buf_slice(&end->out), 0);
		return true;
	}
	if (!template_match(&s->bindings, want, buf_slice(&end->out), &len)) {
		if (!s->play->lenient)
			return fail_difference(s, want, buf_slice(&end->out), len);
		len = end->out.len;
	}
	buf_consume(&end->out, len);
	return true;
}

/* The block, N times over. */
static bool step_repeat(struct scenario *s, struct scenario_step *step)
{
	struct buf block = step->block;
	unsigned long n = strtoul(step->word[2], NULL, 10);
	bool ok;

	step->block = (struct buf){ 0 };
	while (n-- > 0)
		buf_add_slice(&step->block, buf_slice(&block));
	buf_done(&block);
	ok = step_send(s, step);
	buf_reset(&step->block, 0);
	return ok;
}

/* Drops as many messages at the start of the input; the rest of it does not matter. */
static bool step_drop(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find(&s->world, step->word[0]);
	unsigned long n = 0, want = strtoul(step->word[2], NULL, 10);
	struct slice out;
	const char *at;

	if (!end)
		return no_end(s, step->word[0]);
	out = buf_slice(&end->out);
	while (out.len > 0 && (at = memmem(out.p, out.len, "MSRP ", 5))) {
		out = slice_skip(out, (size_t)(at - out.p) + 5);
		n++;
	}
	buf_clear(&end->out);
	return n == want || scenario_fail(s, "%lu messages came", n);
}

static bool step_raw(struct scenario *s, struct scenario_step *step)
{
	struct slice rest = step->rest;
	bool ok;

	for (size_t i = 0; i < rest.len; i++) {
		unsigned value;
		char c = rest.p[i];

		if (c == '\\' && i + 1 < rest.len) {
			c = rest.p[++i];
			if (c == 'r')
				c = '\r';
			else if (c == 'n')
				c = '\n';
			else if (c == 'x' && i + 2 < rest.len &&
				 sscanf(rest.p + i + 1, "%2x", &value) == 1) {
				c = (char)value;
				i += 2;
			}
		}
		buf_add_char(&step->block, c);
	}
	ok = step_send(s, step);
	return ok;
}

static bool step_connect(struct scenario *s, struct scenario_step *step)
{
	const char *how = step->word[2];
	bool verified = strcmp(how, "tls-verified") == 0;
	size_t at = verified ? 4 : 3;
	bool placed = strcmp(step->word[at], "at") == 0;
	size_t from = placed ? at + 2 : at;
	bool is_from = strcmp(step->word[from], "from") == 0;
	bool is_showing = strcmp(step->word[at], "showing") == 0;
	struct world_end *end;
	unsigned worker = 0;

	if (placed)
		worker = (unsigned)(strtoul(step->word[at + 1], NULL, 10) % s->world.n_relays);
	else
		worker = (unsigned)(s->n_connects++ % s->world.n_relays);
	s->world.message_max = strcmp(how, "ws") == 0 ? WORLD_MESSAGE : 0;
	end = world_accept_from(&s->world, step->word[1], worker, strcmp(how, "tcp") != 0,
				verified ? step->word[3] : NULL,
				is_from ? step->word[from + 1] : NULL);
	if (end)
		end->placed = placed;
	if (end && is_showing)
		snprintf(end->certificate, sizeof(end->certificate), "%s", step->word[at + 1]);
	return true;
}

static bool step_dial(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find_dialled(&s->world, step->word[1]);

	if (!end)
		return scenario_fail(s, "the relay has not asked for a connection to %s",
				     step->word[1]);
	snprintf(end->name, sizeof(end->name), "%s", step->word[3]);
	return true;
}

static bool step_open(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find(&s->world, step->word[1]);
	const char *how = step->word[2];

	if (!end || !end->peer)
		return no_end(s, step->word[1]);
	if (strcmp(step->word[3], "showing") == 0)
		snprintf(end->certificate, sizeof(end->certificate), "%s", step->word[4]);
	if (!end->open)
		world_open(end, strcmp(how, "tcp") != 0, strcmp(how, "tls-verified") == 0);
	return true;
}

static bool step_refuse(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find(&s->world, step->word[1]);
	char why[WORLD_TEXT];

	if (!end || !end->peer)
		return no_end(s, step->word[1]);
	snprintf(why, sizeof(why), "%" SLICE_FMT, SLICE_ARG(step->quoted));
	world_break(end, why[0] ? why : "refused");
	return true;
}

static bool step_close(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find(&s->world, step->word[0]);

	if (!end || !end->peer)
		return no_end(s, step->word[0]);
	if (strcmp(step->word[1], "eof") == 0)
		world_eof(end);
	else
		world_break(end, "connection reset by peer");
	return true;
}

/* The state that a connection is in. */
static bool step_is(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find(&s->world, step->word[0]);
	const char *want = step->word[2];
	const char *state;

	if (!end)
		return no_end(s, step->word[0]);
	if (!end->peer)
		state = "closed";
	else if (strcmp(want, "open") == 0)
		state = "open";
	else
		state = end->may_read ? "read" : "paused";
	if (strcmp(state, want) != 0)
		return scenario_fail(s, "%s is %s", step->word[0], state);
	return true;
}

static bool step_stall(struct scenario *s, struct scenario_step *step)
{
	struct world_end *end = world_find(&s->world, step->word[1]);

	if (!end)
		return no_end(s, step->word[1]);
	end->stalled = strcmp(step->word[0], "stall") == 0;
	end->kicked |= !end->stalled;
	world_pump(&s->world);
	return true;
}

static bool step_wait(struct scenario *s, struct scenario_step *step)
{
	char *unit;
	uint64_t n = strtoull(step->word[1], &unit, 10);

	world_wait(&s->world, strcmp(unit, "ms") == 0 ? n : n * 1000);
	return true;
}

static bool step_let(struct scenario *s, struct scenario_step *step)
{
	struct slice missing, value = step->rest;
	struct buf text = { 0 };

	template_expand(&s->bindings, value, &text, &missing);
	bindings_set(&s->bindings, slice_from(step->word[1]), buf_slice(&text));
	buf_done(&text);
	return true;
}

/* part alice.uri / session.id: the part after the last "/". */
static bool step_part(struct scenario *s, struct scenario_step *step)
{
	const char *value = bindings_find(&s->bindings, slice_from(step->word[1]));
	const char *at = value ? strrchr(value, step->word[2][0]) : NULL;

	if (!at)
		return scenario_fail(s, "{%s} has no such part", step->word[1]);
	bindings_set(&s->bindings, slice_from(step->word[3]), slice_from(at + 1));
	return true;
}

/* NULL as the first word: the name of a connection. */
static const struct {
	const char *word[2];
	bool (*play)(struct scenario *s, struct scenario_step *step);
} steps[] = {
	{ { "connect", NULL }, step_connect },
	{ { "dial", NULL }, step_dial },
	{ { "open", NULL }, step_open },
	{ { "refuse", NULL }, step_refuse },
	{ { "stall", NULL }, step_stall },
	{ { "resume", NULL }, step_stall },
	{ { "wait", NULL }, step_wait },
	{ { "event", NULL }, scenario_event },
	{ { "count", NULL }, scenario_count },
	{ { "lookups", NULL }, scenario_lookups },
	{ { "let", NULL }, step_let },
	{ { "memory", NULL }, scenario_memory },
	{ { "part", NULL }, step_part },
	{ { "digest", NULL }, scenario_digest },
	{ { "login", NULL }, scenario_login },
	{ { NULL, "gets" }, step_get },
	{ { "guess", NULL }, scenario_login },
	{ { NULL, "sends" }, step_send },
	{ { NULL, "raw" }, step_raw },
	{ { NULL, "repeats" }, step_repeat },
	{ { NULL, "drops" }, step_drop },
	{ { "make", NULL }, scenario_make },
	{ { NULL, "closes" }, step_close },
	{ { "drain", NULL }, scenario_drain },
	{ { "end", NULL }, scenario_end },
	{ { NULL, "eof" }, step_close },
	{ { NULL, "is" }, step_is },
	{ { "cut", NULL }, scenario_cut },
	{ { "trace", NULL }, scenario_trace },
	{ { "traced", NULL }, scenario_traced },
	{ { "offer", NULL }, scenario_exchange },
	{ { "answer", NULL }, scenario_exchange },
	{ { "delete", NULL }, scenario_delete },
	{ { "call", NULL }, scenario_call },
	{ { "hangup", NULL }, scenario_hangup },
};

static bool reconfigure(struct scenario *s)
{
	if (world_configure(&s->world, &s->config) != 0)
		return scenario_fail(s, "the relay keeps its configuration");
	return true;
}

static bool fits(const struct scenario_step *step, size_t i)
{
	return steps[i].word[0] ? strcmp(steps[i].word[0], step->word[0]) == 0
				: strcmp(steps[i].word[1], step->word[1]) == 0;
}

static bool play_step(struct scenario *s, struct scenario_step *step)
{
	if (strcmp(step->word[0], "set") == 0)
		return scenario_set(s, step) && (!s->started || reconfigure(s));
	if (!s->started) {
		if (world_start(&s->world, &s->config) != 0)
			return false;
		s->started = true;
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (fits(step, i))
			return steps[i].play(s, step);
	}
	return scenario_fail(s, "this step is not known: %s %s", step->word[0], step->word[1]);
}

bool scenario_play_text(struct scenario *s, struct slice text)
{
	struct scenario_step step = { 0 };
	size_t outer_line = s->line;
	bool ok = true;

	while (ok && scenario_step_next(&step, &text)) {
		s->line = outer_line ? outer_line : step.line;
		ok = play_step(s, &step);
	}
	buf_done(&step.block);
	s->line = outer_line;
	return ok;
}

/* Unexpected output is as wrong as missing output. */
static bool check_leftovers(struct scenario *s)
{
	struct world_end *end;
	bool ok = true;

	if (s->play->lenient)
		return true;
	TAILQ_FOREACH (end, &s->world.ends, in_world) {
		if (end->target[0] && !end->name[0])
			ok = scenario_fail(s, "the relay has dialled %s", end->target);
		if (end->out.len == 0)
			continue;
		ok = scenario_fail(s, "%s got more", end->name);
		fail_difference(s, SLICE("nothing"), buf_slice(&end->out), 0);
	}
	return ok;
}

bool scenario_run(struct scenario *s, const struct scenario_play *play, struct slice text)
{
	struct relay_totals left = { 0 };
	bool ok;

	*s = (struct scenario){ .play = play, .config = world_config() };
	s->config.n_workers = play->workers;
	TAILQ_INIT(&s->bindings);
	world_init(&s->world);
	s->world.read_size = play->read_size;
	s->world.moves = play->workers > 1;
	s->world.enter = play->enter;
	s->world.leave = play->leave;
	s->world.arg = play->arg;
	ok = (scenario_play_text(s, text) && check_leftovers(s)) || play->lenient;
	world_done(&s->world, play->lenient ? NULL : &left);
	if (left.peers + left.sessions + left.transactions + left.calls + left.legs > 0) {
		ok = false;
		buf_add_slice(&s->problem,
			      SLICE("peers, sessions, calls or transactions are left over\n"));
	}
	return ok;
}

void scenario_done(struct scenario *s)
{
	bindings_done(&s->bindings);
	buf_done(&s->problem);
}
