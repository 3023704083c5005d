/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/scenario_step.h"

/*
 * digest NAME user=... realm=... nonce=... nc=... cnonce=... uri=... [password=...] [algorithm=...]
 */
static void find_parameter(struct slice text, const char *name, struct slice *ret_value)
{
	size_t len = strlen(name);

	while (text.len > 0) {
		size_t end = slice_find(text, ' ');
		struct slice word = slice_first(text, end);

		if (slice_starts_with(word, slice_from(name)) && word.len > len &&
		    word.p[len] == '=')
			*ret_value = slice_skip(word, len + 1);
		text = slice_skip(text, end < text.len ? end + 1 : end);
	}
}

static bool bind_digests(struct scenario *s, const char *who, struct slice parameters)
{
	struct slice user = { 0 }, realm = { 0 }, password = SLICE(WORLD_PASSWORD), name = { 0 };
	struct msrp_digest_input input = { .method = SLICE("AUTH") };
	struct msrp_digest_hex ha1, digest;
	char key[2 * WORLD_TEXT];

	find_parameter(parameters, "user", &user);
	find_parameter(parameters, "realm", &realm);
	find_parameter(parameters, "password", &password);
	find_parameter(parameters, "algorithm", &name);
	find_parameter(parameters, "nonce", &input.nonce);
	find_parameter(parameters, "nc", &input.nc);
	find_parameter(parameters, "cnonce", &input.cnonce);
	find_parameter(parameters, "uri", &input.uri);
	if (!msrp_digest_find(name, &input.algorithm) ||
	    msrp_digest_ha1(input.algorithm, user, realm, password, &ha1) != 0)
		return scenario_fail(s, "no digest can be made of this");
	input.ha1 = slice_make(ha1.text, ha1.len);
	if (msrp_digest_response(&input, &digest) != 0)
		return scenario_fail(s, "no digest can be made of this");
	snprintf(key, sizeof(key), "%s.response", who);
	bindings_set(&s->bindings, slice_from(key), slice_make(digest.text, digest.len));
	input.method = slice_from(NULL);
	if (msrp_digest_response(&input, &digest) != 0)
		return scenario_fail(s, "no digest can be made of this");
	snprintf(key, sizeof(key), "%s.rspauth", who);
	bindings_set(&s->bindings, slice_from(key), slice_make(digest.text, digest.len));
	return true;
}

bool scenario_digest(struct scenario *s, struct scenario_step *step)
{
	struct slice missing;
	struct buf text = { 0 };
	bool ok;

	template_expand(&s->bindings, step->rest, &text, &missing);
	ok = bind_digests(s, step->word[1], buf_slice(&text));
	buf_done(&text);
	return ok;
}

/*
 * "login alice as alice@example.com" or "guess ..." of the same, with N for the name, U for the
 * user, R for the realm and S for the client's session-id.
 */
static const char challenge[] =
    "%N sends\n"
    "\tMSRP 49fh%N AUTH\n"
    "\tTo-Path: msrps://%R;tcp\n"
    "\tFrom-Path: msrps://%N.example.org:7965/%S;tcp\n"
    "\t-------49fh%N$\n"
    "%N gets\n"
    "\tMSRP 49fh%N 401 Unauthorized\n"
    "\tTo-Path: msrps://%N.example.org:7965/%S;tcp\n"
    "\tFrom-Path: msrps://%R;tcp\n"
    "\tWWW-Authenticate: Digest realm=\"%R\", qop=\"auth\", nonce=\"{%N.nonce}\", "
    "opaque=\"msrp\", algorithm=MD5\n"
    "\t-------49fh%N$\n";

static const char response[] =
    "%N sends\n"
    "\tMSRP 49fi%N AUTH\n"
    "\tTo-Path: msrps://%R;tcp\n"
    "\tFrom-Path: msrps://%N.example.org:7965/%S;tcp\n"
    "\tAuthorization: Digest username=\"%U\", realm=\"%R\", nonce=\"{%N.nonce}\", "
    "uri=\"msrps://%R;tcp\", response=\"{%N.response}\", cnonce=\"c0ffee\", opaque=\"msrp\", "
    "qop=auth, nc=00000001\n"
    "\t-------49fi%N$\n";

static const char login[] =
    "digest %N user=%U realm=%R nonce={%N.nonce} nc=00000001 cnonce=c0ffee uri=msrps://%R;tcp\n";

static const char accepted[] =
    "%N gets\n"
    "\tMSRP 49fi%N 200 OK\n"
    "\tTo-Path: msrps://%N.example.org:7965/%S;tcp\n"
    "\tFrom-Path: msrps://%R;tcp\n"
    "\tUse-Path: {%N.uri}\n"
    "\tAuthentication-Info: nextnonce=\"{%N.next}\", rspauth=\"{%N.rspauth}\", "
    "cnonce=\"c0ffee\", nc=00000001, qop=auth\n"
    "\tExpires: 600\n"
    "\t-------49fi%N$\n";

static const char guess[] =
    "digest %N user=%U realm=%R nonce={%N.nonce} nc=00000001 cnonce=c0ffee uri=msrps://%R;tcp "
    "password=wrong\n";

static const char rejected[] =
    "%N gets\n"
    "\tMSRP 49fi%N 401 Unauthorized\n"
    "\tTo-Path: msrps://%N.example.org:7965/%S;tcp\n"
    "\tFrom-Path: msrps://%R;tcp\n"
    "\tWWW-Authenticate: Digest realm=\"%R\", qop=\"auth\", nonce=\"{%N.next}\", "
    "opaque=\"msrp\", algorithm=MD5\n"
    "\t-------49fi%N$\n";

static void forget(struct scenario *s, const char *name, const char *what)
{
	char key[2 * WORLD_TEXT];

	snprintf(key, sizeof(key), "%s.%s", name, what);
	bindings_remove(&s->bindings, slice_from(key));
}

struct login {
	const char *name, *session, *user, *at; /* at: where the user's realm begins */
};

static void fill_in(const struct login *l, const char *template, struct buf *text)
{
	for (const char *p = template; *p; p++) {
		if (*p != '%') {
			buf_add_char(text, *p);
			continue;
		}
		p++;
		if (*p == 'N')
			buf_add_slice(text, slice_from(l->name));
		else if (*p == 'U')
			buf_add_slice(text, slice_make(l->user, (size_t)(l->at - l->user)));
		else if (*p == 'S')
			buf_add_slice(text, slice_from(l->session));
		else
			buf_add_slice(text, slice_from(l->at + 1));
	}
}

bool scenario_login(struct scenario *s, struct scenario_step *step)
{
	bool wrong = strcmp(step->word[0], "guess") == 0;
	struct login l = { .name = step->word[1], .user = step->word[3] };
	struct buf text = { 0 };
	bool ok;

	l.session = strcmp(step->word[4], "from") == 0 ? step->word[5] : l.name;
	l.at = strchr(l.user, '@');
	if (!l.at)
		return scenario_fail(s, "whom to log in as?");
	forget(s, l.name, "nonce");
	forget(s, l.name, "uri");
	forget(s, l.name, "next");
	fill_in(&l, challenge, &text);
	fill_in(&l, wrong ? guess : login, &text);
	fill_in(&l, response, &text);
	fill_in(&l, wrong ? rejected : accepted, &text);
	ok = scenario_play_text(s, buf_slice(&text));
	buf_done(&text);
	return ok;
}

static bool to_bool(const char *text)
{
	return strcmp(text, "true") == 0;
}

static unsigned to_unsigned(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

/* Words that live as long as the scenario, because the configuration points to them. */
static const char *const *keep_words(struct scenario *s, struct scenario_step *step, size_t *ret_n)
{
	size_t first = s->n_words;

	*ret_n = 0;
	for (size_t i = 3; i < SCENARIO_WORDS && step->word[i][0] && s->n_words < 16; i++) {
		memcpy(s->word[s->n_words], step->word[i], WORLD_TEXT);
		s->words[s->n_words] = s->word[s->n_words];
		s->n_words++;
		++*ret_n;
	}
	return &s->words[first];
}

static bool set_algorithms(struct scenario *s, struct scenario_step *step)
{
	struct relay_config *c = &s->config;

	c->auth.n_algorithms = 0;
	for (size_t i = 3; i < SCENARIO_WORDS && step->word[i][0]; i++) {
		if (c->auth.n_algorithms == MSRP_DIGEST_COUNT ||
		    !msrp_digest_find(slice_from(step->word[i]),
				      &c->auth.algorithm[c->auth.n_algorithms]))
			return scenario_fail(s, "no such algorithm");
		c->auth.n_algorithms++;
	}
	return true;
}

static void set_hostname(struct scenario *s, struct scenario_step *step)
{
	struct relay_config *c = &s->config;
	size_t n;
	const char *name = keep_words(s, step, &n)[0];

	memcpy(s->identity, c->identity, c->n_identities * sizeof(s->identity[0]));
	c->identity = s->identity;
	for (size_t i = 0; i < c->n_identities; i++)
		s->identity[i].host = name;
}

bool scenario_set(struct scenario *s, struct scenario_step *step)
{
	struct relay_config *c = &s->config;
	const char *key = step->word[1], *value = step->word[3];
	size_t n;

	if (strcmp(key, "hostname") == 0)
		set_hostname(s, step);
	else if (strcmp(key, "workers") == 0)
		c->n_workers = (unsigned)to_unsigned(value);
	else if (strcmp(key, "relays") == 0)
		c->relay = keep_words(s, step, &c->n_relays);
	else if (strcmp(key, "session.sessmatch") == 0)
		c->session.sessmatch = to_bool(value);
	else if (strcmp(key, "session.other_methods") == 0)
		c->session.other_methods = to_bool(value);
	else if (strcmp(key, "session.message_size") == 0)
		c->session.message_size = to_unsigned(value);
	else if (strcmp(key, "session.per_user") == 0)
		c->session.per_user = to_unsigned(value);
	else if (strcmp(key, "session.next_hops") == 0)
		c->session.next_hops = to_unsigned(value);
	else if (strcmp(key, "session.rate") == 0)
		c->session.rate = to_unsigned(value);
	else if (strcmp(key, "session.content_types") == 0)
		c->session.content_types = keep_words(s, step, &c->session.n_content_types);
	else if (strcmp(key, "anchor.on") == 0)
		c->anchor.on = to_bool(value);
	else if (strcmp(key, "anchor.calls") == 0)
		c->anchor.calls = to_unsigned(value);
	else if (strcmp(key, "anchor.max_age") == 0)
		c->anchor.max_age_ms = to_unsigned(value) * UINT64_C(1000);
	else if (strcmp(key, "auth.realm") == 0)
		c->auth.realm = keep_words(s, step, &n)[0];
	else if (strcmp(key, "auth.realms") == 0)
		c->auth.realms = keep_words(s, step, &c->auth.n_realms);
	else if (strcmp(key, "auth.algorithms") == 0)
		return set_algorithms(s, step);
	else if (strcmp(key, "auth.nonce_lifetime") == 0)
		c->auth.nonce_lifetime = to_unsigned(value);
	else if (strcmp(key, "auth.max_failures") == 0)
		c->auth.max_failures = to_unsigned(value);
	else if (strcmp(key, "auth.throttle") == 0)
		s->world.throttle_failures = to_unsigned(value);
	else if (strcmp(key, "auth.allow_without_tls") == 0)
		c->auth.allow_without_tls = to_bool(value);
	else
		return scenario_fail(s, "there is no setting %s", key);
	return true;
}
