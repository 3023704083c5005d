/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp chat: two people, or one and a conference, write to each other. Keys come from
 * terminal/input.c through line.c, messages go through the library's msrp_chat, and incoming ones
 * are shown on terminal/screen.c.
 */
#include "cli/app/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/chat_options.h"
#include "cli/command/said.h"
#include "cli/terminal/input.h"
#include "cli/terminal/line.h"
#include "cli/terminal/piped.h"
#include "cli/terminal/say.h"
#include "cli/terminal/screen.h"

enum {
	URI_MAX = 512,
	TEXT_MAX = 512,
	LEAVE_MS = 10 * 1000,	  /* between reports, before leaving; not everybody sends them */
	KEEP_ALIVE_MS = 5 * 1000, /* until we notice that the other side has left a relay */
	GOODBYE_MS = 1000,	  /* to send it, and to await the answer to an earlier name */
};

static const char mark_sent[] = "\u00b7";
static const char mark_delivered[] = "\u2713";
static const char mark_failed[] = "\u2717";

struct chatting {
	struct cli_app app;
	struct msrp_chat *chat;
	struct cli_input input;
	struct cli_line line;	/* from a terminal, */
	struct cli_piped piped; /* or from a pipe */
	struct cli_screen screen;
	struct cli_said_list said;
	char uri[URI_MAX];
	char name[CLI_CHAT_NAME_MAX + 1];     /* ours */
	char nickname[CLI_CHAT_NAME_MAX + 1]; /* the one that they asked for; "": none */
	bool started;
	bool ending;	  /* end as soon as it has started */
	bool leaving;	  /* say nothing more */
	bool knows_names; /* the other side supports nicknames */
	bool name_waits;  /* until another one is answered */
	bool undelivered;
};

static void say_state(struct chatting *c, const char *text)
{
	if (c->screen.is_terminal)
		cli_screen_show(&c->screen, "*", NULL, text);
}

/* ---- our own name, and the end ---- */

static void leave(struct chatting *c);
static void on_name_answered(void *arg, const char *message_id, int status, const char *comment);

/* Otherwise the chat would wait for reports on its messages. */
static void on_time_to_go(uv_timer_t *tick)
{
	struct cli_app *app = tick->data;
	struct chatting *c = app->data;

	cli_screen_clear(&c->screen);
	cli_end(app, c->undelivered ? CLI_TRANSFER : CLI_OK);
}

/*
 * Only if the user gave a name: we do not know whether the other side supports nicknames (RFC
 * 7701), and each message shows ours anyway. One request at a time.
 */
static void ask_for_name(struct chatting *c)
{
	int err = msrp_chat_set_nickname(c->chat, c->name, on_name_answered, c);

	c->name_waits = err == -EALREADY;
}

static void on_name_answered(void *arg, const char *message_id, int status, const char *comment)
{
	struct chatting *c = arg;
	char text[TEXT_MAX];

	if (status < 0)
		return;
	c->knows_names |= status == 200;
	if (c->name_waits) {
		ask_for_name(c);
		return;
	}
	if (c->leaving) {
		leave(c);
		return;
	}
	/* A side without nicknames, or without an answer, sees our name with each message. */
	if (status == 200 || status == 408 || status == 501)
		return;
	snprintf(text, sizeof(text), "the other side does not accept the name: %s", comment);
	say_state(c, text);
}

static void set_name(struct chatting *c, const char *name)
{
	if (!*name || strlen(name) > CLI_CHAT_NAME_MAX) {
		say_state(c, "a name has up to 64 bytes");
		return;
	}
	snprintf(c->name, sizeof(c->name), "%s", name);
	if (c->started)
		ask_for_name(c);
}

/*
 * Behind a relay the other side does not see our connection close: giving up the nickname, if it
 * supports them, says that we leave. We do not wait for the answer.
 */
static void leave(struct chatting *c)
{
	int err = 0;

	c->leaving = true;
	if (c->knows_names)
		err = msrp_chat_set_nickname(c->chat, "", NULL, NULL);
	uv_timer_start(&c->app.tick, on_time_to_go, GOODBYE_MS, 0);
	if (err != -EALREADY) /* otherwise it may still be hearing of the last name */
		msrp_chat_end(c->chat);
}

/* Leaving would overtake our messages, so they must arrive first. */
static void leave_when_all_is_said(struct chatting *c)
{
	if (c->ending && c->started && !c->leaving && TAILQ_EMPTY(&c->said))
		leave(c);
}

/* ---- what we say ---- */

static void say_text(struct chatting *c, const char *text)
{
	char id[MSRP_MESSAGE_ID_SIZE], why[TEXT_MAX];
	int err = msrp_chat_send(c->chat, text, strlen(text), NULL, id);
	size_t row = 0;

	if (c->screen.is_terminal)
		row = cli_screen_show(&c->screen, err ? mark_failed : mark_sent, c->name, text);
	if (!err) {
		cli_said_add(&c->said, id, row, text);
		return;
	}
	c->undelivered = true;
	snprintf(why, sizeof(why), "not sent: %s", uv_strerror(err));
	cli_screen_clear(&c->screen);
	cli_error("%s", why);
	cli_screen_draw(&c->screen);
}

static void did_deliver(void *arg, const char *message_id)
{
	struct chatting *c = arg;
	struct cli_said *s = cli_said_find(&c->said, message_id);

	if (!s)
		return;
	cli_screen_mark(&c->screen, s->row, mark_delivered);
	cli_said_forget(&c->said, s);
	if (c->ending && !c->leaving && c->started)
		uv_timer_again(&c->app.tick);
	leave_when_all_is_said(c);
}

static void did_not_deliver(void *arg, const char *message_id, int status, const char *comment)
{
	struct chatting *c = arg;
	struct cli_said *s = cli_said_find(&c->said, message_id);

	c->undelivered = true;
	if (!s)
		return;
	cli_screen_mark(&c->screen, s->row, mark_failed);
	cli_screen_clear(&c->screen);
	cli_error("not delivered: %s (%s)", s->text ? s->text : "", comment);
	c->screen.rows++;
	cli_screen_draw(&c->screen);
	cli_said_forget(&c->said, s);
	leave_when_all_is_said(c);
}

/* ---- what is heard ---- */

static const char *speaker_name(const struct chatting *c, const struct msrp_chat_message *m)
{
	if (c->nickname[0])
		return c->nickname;
	if (m->cpim && m->cpim->from.name)
		return m->cpim->from.name;
	return m->cpim && m->cpim->from.uri ? m->cpim->from.uri : "they";
}

static void got_message(void *arg, const struct msrp_chat_message *m)
{
	struct chatting *c = arg;

	/* A NUL ends what is shown. */
	if (!m->composing)
		cli_screen_show(&c->screen, " ", speaker_name(c, m), (const char *)m->content);
}

static int on_peer_nickname(void *arg, const char *nickname)
{
	struct chatting *c = arg;
	char text[TEXT_MAX];

	c->knows_names = true;
	if (strlen(nickname) > CLI_CHAT_NAME_MAX)
		return 424;
	if (!nickname[0]) {
		msrp_chat_end(c->chat);
		return 200;
	}
	if (strcmp(nickname, c->name) == 0)
		return 425;
	snprintf(c->nickname, sizeof(c->nickname), "%s", nickname);
	snprintf(text, sizeof(text), "the other side is called %s", nickname);
	say_state(c, text);
	return 200;
}

/* ---- what is typed ---- */

static void on_patience_lost(uv_timer_t *tick)
{
	struct cli_app *app = tick->data;
	struct chatting *c = app->data;

	cli_screen_clear(&c->screen);
	cli_error("it is not known whether everything has arrived");
	leave(c);
}

/* Input from a pipe is for the other side, which may not be there yet. */
static void end_typing(struct chatting *c)
{
	c->ending = true;
	if (!c->started && c->input.is_terminal)
		msrp_chat_end(c->chat);
	if (c->started)
		uv_timer_start(&c->app.tick, on_patience_lost, LEAVE_MS, LEAVE_MS);
	leave_when_all_is_said(c);
}

static void obey(struct chatting *c, const char *line)
{
	if (strncmp(line, "/nick ", 6) == 0)
		set_name(c, line + 6);
	else if (strcmp(line, "/quit") == 0)
		end_typing(c);
	else if (line[0] == '/' && line[1] == '/')
		say_text(c, line + 1);
	else if (line[0] == '/')
		say_state(c, "there are /nick NAME and /quit; // begins a line with /");
	else if (line[0])
		say_text(c, line);
}

/* In a pipe only the end of a line has a meaning. */
static enum cli_line_event feed(struct chatting *c, char byte)
{
	enum cli_line_event event;

	if (!c->input.is_terminal)
		return cli_piped_feed(&c->piped, byte) ? CLI_LINE_DONE : CLI_LINE_NOTHING;
	event = cli_line_feed(&c->line, byte);
	if (event == CLI_LINE_FULL)
		putchar('\a');
	return event;
}

static bool is_line(const struct chatting *c)
{
	return c->input.is_terminal ? c->line.len > 0 : cli_piped_has_begun(&c->piped);
}

static void take_typed_line(struct chatting *c)
{
	char *line =
	    c->input.is_terminal ? strdup(cli_line_text(&c->line)) : cli_piped_take(&c->piped);

	cli_line_clear(&c->line);
	if (line) {
		obey(c, line);
	} else {
		c->undelivered = true;
		cli_error("a line of more than %d bytes is not sent", CLI_PIPED_MAX);
	}
	free(line);
}

static void on_input(void *arg, const char *bytes, size_t len)
{
	struct chatting *c = arg;
	bool changed = false;

	if (len == 0 && is_line(c))
		take_typed_line(c);
	if (len == 0)
		end_typing(c);
	for (size_t i = 0; i < len && !c->ending; i++) {
		enum cli_line_event event = feed(c, bytes[i]);

		changed |= event != CLI_LINE_NOTHING;
		if (event == CLI_LINE_DONE)
			take_typed_line(c);
		else if (event == CLI_LINE_END)
			end_typing(c);
	}
	if (changed)
		cli_screen_draw(&c->screen);
}

/* ---- the chat ---- */

static void start_with(struct cli_app *app)
{
	struct chatting *c = app->data;
	struct msrp_sdp_media remote = {
		.path = app->remote_path,
		.accept_types = "message/cpim text/* " MSRP_COMPOSING_TYPE,
		.accept_wrapped_types = "*",
	};
	int err = msrp_chat_start(c->chat, &remote);

	if (err)
		cli_no_session(app, err, uv_strerror(err));
}

static void did_initialize(void *arg, const struct msrp_sdp_media *local)
{
	struct chatting *c = arg;

	if (c->app.mode == MSRP_MODE_ACTIVE)
		cli_find_path(&c->app, start_with);
	else if (cli_tell_path(&c->app, "chat", local->path) == 0)
		start_with(&c->app);
}

static void did_start(void *arg)
{
	struct chatting *c = arg;

	c->started = true;
	say_state(c, "connected; Ctrl-D ends");
	if (c->app.options.nickname)
		ask_for_name(c);
	if (c->ending) {
		uv_timer_start(&c->app.tick, on_patience_lost, LEAVE_MS, LEAVE_MS);
		leave_when_all_is_said(c);
	}
}

static void did_fail(void *arg, int err, const char *why)
{
	struct chatting *c = arg;

	/*
	 * Behind a relay this is how others leave, and did_end() says so. But which messages have
	 * they received?
	 */
	if (c->started && err == MSRP_ERROR_KEEP_ALIVE) {
		c->undelivered |= !TAILQ_EMPTY(&c->said);
		return;
	}
	cli_screen_clear(&c->screen);
	if (c->started)
		cli_fail(&c->app, CLI_TRANSFER, "the chat was cut off: %s", why);
	else
		cli_no_session(&c->app, err, why);
}

static void did_end(void *arg)
{
	struct chatting *c = arg;

	if (!c->ending)
		say_state(c, "the other side has left");
	cli_screen_clear(&c->screen);
	cli_end(&c->app, c->undelivered ? CLI_TRANSFER : CLI_OK);
}

static const struct msrp_chat_callbacks callbacks = {
	.did_initialize = did_initialize,
	.did_start = did_start,
	.did_end = did_end,
	.did_fail = did_fail,
	.got_message = got_message,
	.did_deliver_message = did_deliver,
	.did_not_deliver_message = did_not_deliver,
	.nickname = on_peer_nickname,
};

static int prepare_chat(struct cli_app *app, const struct msrp_local_uri *local)
{
	struct chatting *c = app->data;
	struct msrp_chat_options options = {
		.local = { c->name, c->uri },
		.remote = { NULL, "sip:anonymous@anonymous.invalid" },
		/* Accepts only conversation: no notifications, for example. */
		.accept_wrapped_types = "text/* " MSRP_COMPOSING_TYPE,
	};
	struct msrp_connector *connector = app->connector;
	int err;

	app->connector = NULL;
	err = msrp_chat_new(connector, &options, &callbacks, c, &c->chat);
	if (!err)
		err = msrp_chat_set_keep_alive(c->chat, KEEP_ALIVE_MS);
	if (!err)
		err = msrp_chat_initialize(c->chat, local);
	if (!err)
		err = cli_input_start(&c->input, &app->loop, on_input, c);
	return err;
}

static void on_chat_interrupt(struct cli_app *app)
{
	struct chatting *c = app->data;

	c->ending = true;
	msrp_chat_end(c->chat);
}

static void clean_up_chat(struct cli_app *app)
{
	struct chatting *c = app->data;

	cli_screen_clear(&c->screen);
	cli_piped_done(&c->piped);
	cli_input_stop(&c->input);
	c->chat = msrp_chat_free(c->chat);
	cli_said_forget_all(&c->said);
}

/* Names us after the relay's user, or anonymously. */
static void name_ourselves(struct chatting *c)
{
	const struct cli_options *o = &c->app.options;
	const char *name = o->nickname ? o->nickname : o->username ? o->username : getenv("USER");

	snprintf(c->name, sizeof(c->name), "%s", name && *name ? name : "me");
	if (o->username)
		snprintf(c->uri, sizeof(c->uri), "sip:%s@%s", o->username, o->domain);
	else
		snprintf(c->uri, sizeof(c->uri), "sip:anonymous@anonymous.invalid");
}

int cli_chat(struct cli_options *options)
{
	struct chatting c = {
		.app = {
			.options = *options,
			.prepare = prepare_chat,
			.interrupted = on_chat_interrupt,
			.clean_up = clean_up_chat,
		},
	};
	bool calls = options->to || options->call;
	int code = cli_chat_check(options);

	if (code) {
		cli_options_done(options);
		return code;
	}
	c.app.data = &c;
	TAILQ_INIT(&c.said);
	name_ourselves(&c);
	cli_screen_init(&c.screen, "> ", &c.line);
	c.app.remote_path = options->to ? strdup(options->to) : NULL;
	return cli_run(&c.app, calls ? MSRP_MODE_ACTIVE : MSRP_MODE_PASSIVE);
}
