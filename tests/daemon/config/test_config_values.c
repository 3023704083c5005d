/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/log/record.h"
#include "daemon/workdir.h"
#include "net/transport/transport.h"
#include "support/run.h"

#define HOST WORKDIR_HOST
#define TLS  WORKDIR_TLS
#define HEAD WORKDIR_HEAD
#define MD5  "0123456789abcdef0123456789ABCDEF"

static struct config *load(const char *file)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config = NULL;
	int err = config_load(file, workdir_on_error, &complaints, &config);

	ck_assert_msg(err == 0 && complaints.n == 0, "%d: %s", err, complaints.all);
	return config;
}

static struct config *load_text(const char *text)
{
	workdir_write("msrpd.conf", text);
	return load("msrpd.conf");
}

/* A setting of every kind, none at its default. */
static const char everything[] =
    "hostname = \"relay.example.com\";\n"
    "listen = ( { address = \"192.0.2.1\"; port = 1; client_certificate = \"required\"; "
    "dscp = \"ef\"; }, { "
    "transport = \"tcp\"; port = 0; "
    "proxy_from = [ \"192.0.2.0/24\", \"::1\" ]; } );\n"
    "websocket: { behind_proxy = true; path = \"/msrp\"; origins = [ \"https://*.example.com\" ];\n"
    " ping = 5; chunk = 4096; };\n"
    "tls: { certificate = \"cert.pem\"; key = \"key.pem\"; ca = \"ca.pem\"; verify_peers = "
    "\"always\"; min_version = \"1.3\"; ciphers = \"AES128-SHA\"; groups = \"P-256\";\n"
    " client_ca = \"other-cert.pem\"; ticket_keys = [ \"tickets\" ];\n"
    " domains = ( { name = \"example.net\"; certificate = \"other-cert.pem\"; key = "
    "\"other-key.pem\"; } ); };\n"
    "auth: { realm = \"r\"; algorithms = ( \"SHA-256\", \"MD5\" ); backend = \"users\"; "
    "users = (\n"
    " { name = \"alice\"; realm = \"example.com\"; password = \"p\\\"w\"; },\n"
    " { name = \"alice\"; realm = \"example.net\"; ha1 = \"" MD5 "\"; ha1_sha256 = \"" MD5 MD5
    "\"; } );\n"
    " expires: { default = 20; min = 10; max = 30; }; max_failures = 7; "
    " throttle: { failures = 8; }; nonce_lifetime = "
    "90;\n"
    " allow_without_tls = true; };\n"
    "relays = [ \"relay.example.net\", \"*.example.org\" ];"
    "session: { sessmatch = true; other_methods = false; content_types = [ \"text/plain\", "
    "\"image/*\" ];\n"
    " message_size = 5000000000L; };\n"
    "outbound: { allow = [ \"127.0.0.0/8\" ]; deny = [ \"10.0.0.0/8\", \"::1\" ];\n"
    " ports = [ \"1-65535\" ]; dscp = 18; };\n"
    "tcp: { keep_alive = 0; user_timeout = 7; };\n"
    "limits: { connections = 1; connections_per_address = 2; sessions_per_user = 3; "
    "next_hops_per_user = 5; rate_per_user = 8192;\n"
    " unauthenticated = 4; };\n"
    "log: { level = \"debug\"; format = \"json\"; peers = true; };\n"
    "admin: { socket = \"/a\"; mode = \"0666\"; users = [ \"nobody\" ]; "
    "groups = [ \"adm\", \"root\" ]; };\n"
    "metrics: { listen = \"127.0.0.1:1\"; };\n"
    "health: { listen = \"unix:/b\"; };\n"
    "anchor: { control: { listen = [ \"127.0.0.1:2223\", \"[::1]:2223\" ]; "
    "allow = [ \"192.0.2.0/24\" ]; };\n"
    " addresses = [ \"2001:db8::1\", \"192.0.2.1\" ]; hostname = \"example.net\"; calls = 7;\n"
    " delete_delay = 0; max_age = 60; };\n";

static void check_network(const struct config *config)
{
	ck_assert_str_eq(config->hostname, "relay.example.com");
	ck_assert_uint_eq(config->n_listen, 2);
	ck_assert_str_eq(config->listen[0].address, "192.0.2.1");
	ck_assert_uint_eq(config->listen[0].port, 1);
	ck_assert_uint_eq(config->listen[0].transport, CONFIG_TLS);
	ck_assert_uint_eq(config->listen[0].proxy_from.n, 0);
	ck_assert_uint_eq(config->listen[1].proxy_from.n, 2);
	ck_assert_str_eq(config->listen[1].proxy_from.item[1], "::1");
	ck_assert_str_eq(config->listen[1].address, "::");
	ck_assert_uint_eq(config->listen[1].port, 0);
	ck_assert_uint_eq(config->listen[1].transport, CONFIG_TCP);
	ck_assert(config->websocket.behind_proxy);
	ck_assert_str_eq(config->websocket.path, "/msrp");
	ck_assert_uint_eq(config->websocket.origins.n, 1);
	ck_assert_str_eq(config->websocket.origins.item[0], "https://*.example.com");
	ck_assert_uint_eq(config->websocket.ping, 5);
	ck_assert_uint_eq(config->websocket.chunk, 4096);
	ck_assert_str_eq(config->tls.certificate, "cert.pem");
	ck_assert_str_eq(config->tls.key, "key.pem");
	ck_assert_str_eq(config->tls.ca, "ca.pem");
	ck_assert_uint_eq(config->tls.verify_peers, CONFIG_VERIFY_ALWAYS);
	ck_assert_uint_eq(config->tls.ticket_keys.n, 1);
	ck_assert_uint_eq(config->tls.min_version, 1);
	ck_assert_uint_eq(config->listen[0].dscp, 46);
	ck_assert_uint_eq(config->outbound.dscp, 18);
	ck_assert_uint_eq(config->tcp.keep_alive, 0);
	ck_assert_uint_eq(config->tcp.user_timeout, 7);
	ck_assert_str_eq(config->tls.ciphers, "AES128-SHA");
	ck_assert_str_eq(config->tls.groups, "P-256");
	ck_assert_str_eq(config->tls.client_ca, "other-cert.pem");
	ck_assert_uint_eq(config->listen[0].client_certificate, NET_TLS_CLIENTS_REQUIRED);
	ck_assert_uint_eq(config->listen[1].client_certificate, NET_TLS_CLIENTS_ASKED);
	ck_assert_uint_eq(config->tls.n_domains, 1);
	ck_assert_str_eq(config->tls.domain[0].name, "example.net");
	ck_assert_str_eq(config->tls.domain[0].certificate, "other-cert.pem");
	ck_assert_str_eq(config->tls.domain[0].key, "other-key.pem");
	ck_assert_uint_eq(config->outbound.allow.n, 1);
	ck_assert_uint_eq(config->outbound.deny.n, 2);
	ck_assert_str_eq(config->outbound.deny.item[1], "::1");
	ck_assert_uint_eq(config->outbound.ports.n, 1);
	ck_assert_str_eq(config->outbound.ports.item[0], "1-65535");
	ck_assert_uint_eq(config->limits.connections, 1);
	ck_assert_uint_eq(config->limits.connections_per_address, 2);
	ck_assert_uint_eq(config->limits.sessions_per_user, 3);
	ck_assert_uint_eq(config->limits.next_hops_per_user, 5);
	ck_assert_uint_eq(config->limits.rate_per_user, 8192);
	ck_assert_uint_eq(config->limits.unauthenticated, 4);
	ck_assert_uint_eq(config->log.level, RECORD_DEBUG);
	ck_assert_uint_eq(config->log.format, CONFIG_LOG_JSON);
}

static void check_auth(const struct config *config)
{
	ck_assert_str_eq(config->auth.realm, "r");
	ck_assert_uint_eq(config->auth.algorithms.n, 2);
	ck_assert_str_eq(config->auth.algorithms.item[0], "SHA-256");
	ck_assert_str_eq(config->auth.algorithms.item[1], "MD5");
	ck_assert_uint_eq(config->auth.n_users, 2);
	ck_assert_str_eq(config->auth.user[0].name, "alice");
	ck_assert_str_eq(config->auth.user[0].realm, "example.com");
	ck_assert_str_eq(config->auth.user[0].password, "p\"w");
	ck_assert_str_eq(config->auth.user[0].ha1, "");
	ck_assert_str_eq(config->auth.user[1].realm, "example.net");
	ck_assert_str_eq(config->auth.user[1].password, "");
	ck_assert_str_eq(config->auth.user[1].ha1, MD5);
	ck_assert_str_eq(config->auth.user[1].ha1_sha256, MD5 MD5);
	ck_assert_uint_eq(config->auth.expires_default, 20);
	ck_assert_uint_eq(config->auth.expires_min, 10);
	ck_assert_uint_eq(config->auth.expires_max, 30);
	ck_assert_uint_eq(config->auth.max_failures, 7);
	ck_assert_uint_eq(config->auth.throttle_failures, 8);
	ck_assert_uint_eq(config->auth.nonce_lifetime, 90);
	ck_assert(config->auth.allow_without_tls);
}

static void check_session(const struct config *config)
{
	ck_assert(config->session.sessmatch);
	ck_assert(!config->session.other_methods);
	ck_assert_uint_eq(config->relays.n, 2);
	ck_assert_str_eq(config->relays.item[1], "*.example.org");
	ck_assert_uint_eq(config->session.content_types.n, 2);
	ck_assert_str_eq(config->session.content_types.item[1], "image/*");
	ck_assert_uint_eq(config->session.message_size, 5000000000);
}

static void check_monitoring(const struct config *config)
{
	ck_assert_uint_eq(config->log.level, RECORD_DEBUG);
	ck_assert(config->log.peers);
	ck_assert_str_eq(config->admin.socket, "/a");
	ck_assert_str_eq(config->admin.mode, "0666");
	ck_assert_uint_eq(config->admin.users.n, 1);
	ck_assert_str_eq(config->admin.users.item[0], "nobody");
	ck_assert_uint_eq(config->admin.groups.n, 2);
	ck_assert_str_eq(config->metrics.listen, "127.0.0.1:1");
	ck_assert_str_eq(config->health.listen, "unix:/b");
}

static void check_anchor(const struct config *config)
{
	ck_assert_uint_eq(config->anchor.control.listen.n, 2);
	ck_assert_str_eq(config->anchor.control.listen.item[1], "[::1]:2223");
	ck_assert_uint_eq(config->anchor.control.allow.n, 1);
	ck_assert_str_eq(config->anchor.control.allow.item[0], "192.0.2.0/24");
	ck_assert_uint_eq(config->anchor.addresses.n, 2);
	ck_assert_str_eq(config->anchor.addresses.item[0], "2001:db8::1");
	ck_assert_str_eq(config->anchor.hostname, "example.net");
	ck_assert_uint_eq(config->anchor.calls, 7);
	ck_assert_uint_eq(config->anchor.delete_delay, 0);
	ck_assert_uint_eq(config->anchor.max_age, 60);
}

START_TEST(everything_can_be_set)
{
	struct config *config = load_text(everything);

	check_network(config);
	check_auth(config);
	check_session(config);
	check_monitoring(config);
	check_anchor(config);
	config_free(config);
}
END_TEST

static void check_defaults(const struct config *config)
{
	ck_assert_uint_eq(config->n_listen, 1);
	ck_assert_str_eq(config->listen[0].address, "::");
	ck_assert_uint_eq(config->listen[0].port, 2855);
	ck_assert_uint_eq(config->listen[0].transport, CONFIG_TLS);
	ck_assert(!config->websocket.behind_proxy);
	ck_assert_str_eq(config->websocket.path, "");
	ck_assert_uint_eq(config->websocket.origins.n, 0);
	ck_assert_uint_eq(config->websocket.ping, 30);
	ck_assert_uint_eq(config->websocket.chunk, 16384);
	ck_assert_str_eq(config->tls.ca, "");
	ck_assert_uint_eq(config->tls.verify_peers, CONFIG_VERIFY_RELAYS);
	ck_assert_uint_eq(config->tls.ticket_keys.n, 0);
	ck_assert_uint_eq(config->tls.min_version, 0);
	ck_assert_uint_eq(config->listen[0].dscp, 0);
	ck_assert_uint_eq(config->outbound.dscp, 0);
	ck_assert_uint_eq(config->tcp.keep_alive, 120);
	ck_assert_uint_eq(config->tcp.user_timeout, 300);
	ck_assert_str_eq(config->tls.ciphers, "");
	ck_assert_str_eq(config->tls.groups, "");
	ck_assert_str_eq(config->tls.client_ca, "");
	ck_assert_str_eq(config->tls.crl, "");
	ck_assert_str_eq(config->auth.realm, "");
	ck_assert_uint_eq(config->auth.algorithms.n, 1);
	ck_assert_str_eq(config->auth.algorithms.item[0], "MD5");
	ck_assert_uint_eq(config->auth.backend, 0);
	ck_assert_uint_eq(config->auth.expires_default, 600);
	ck_assert_uint_eq(config->auth.expires_min, 60);
	ck_assert_uint_eq(config->auth.expires_max, 3600);
	ck_assert_uint_eq(config->auth.max_failures, 3);
	ck_assert_uint_eq(config->auth.throttle_failures, 20);
	ck_assert_uint_eq(config->auth.nonce_lifetime, 60);
	ck_assert(!config->auth.allow_without_tls);
	ck_assert(!config->session.sessmatch);
	ck_assert(config->session.other_methods);
	ck_assert_uint_eq(config->relays.n, 0);
	ck_assert_uint_eq(config->session.content_types.n, 1);
	ck_assert_str_eq(config->session.content_types.item[0], "*");
	ck_assert_uint_eq(config->session.message_size, 0);
	ck_assert_uint_eq(config->outbound.allow.n, 0);
	ck_assert_uint_eq(config->outbound.deny.n, 0);
	ck_assert_uint_eq(config->outbound.ports.n, 2);
	ck_assert_str_eq(config->outbound.ports.item[0], "443");
	ck_assert_str_eq(config->outbound.ports.item[1], "1024-65535");
	ck_assert_uint_eq(config->limits.connections, 100000);
	ck_assert_uint_eq(config->limits.connections_per_address, 200);
	ck_assert_uint_eq(config->limits.sessions_per_user, 50);
	ck_assert_uint_eq(config->limits.next_hops_per_user, 100);
	ck_assert_uint_eq(config->limits.rate_per_user, 0);
	ck_assert_uint_eq(config->limits.unauthenticated, 5000);
	ck_assert_uint_eq(config->log.level, RECORD_INFO);
	ck_assert_uint_eq(config->log.format, CONFIG_LOG_TEXT);
	ck_assert(!config->log.peers);
	ck_assert_str_eq(config->admin.socket, "");
	ck_assert_str_eq(config->admin.mode, "0600");
	ck_assert_uint_eq(config->admin.users.n, 0);
	ck_assert_uint_eq(config->admin.groups.n, 0);
	ck_assert_str_eq(config->metrics.listen, "");
	ck_assert_str_eq(config->health.listen, "");
}

static void check_anchor_defaults(const struct config *config)
{
	ck_assert_uint_eq(config->anchor.control.listen.n, 0);
	ck_assert_uint_eq(config->anchor.control.allow.n, 2);
	ck_assert_str_eq(config->anchor.control.allow.item[0], "127.0.0.0/8");
	ck_assert_str_eq(config->anchor.control.allow.item[1], "::1");
	ck_assert_uint_eq(config->anchor.addresses.n, 0);
	ck_assert_str_eq(config->anchor.hostname, "");
	ck_assert_uint_eq(config->anchor.calls, 10000);
	ck_assert_uint_eq(config->anchor.delete_delay, 5);
	ck_assert_uint_eq(config->anchor.max_age, 86400);
}

START_TEST(what_is_not_said_has_its_default)
{
	struct config *config = load_text(HEAD);

	check_defaults(config);
	check_anchor_defaults(config);
	ck_assert_uint_eq(config->tls.n_domains, 0);
	ck_assert_uint_eq(config->auth.n_users, 0);
	config_free(config);
}
END_TEST

static const char *const fine[] = {
	"hostname = \"localhost\"; " TLS,
	"hostname = \"3.relay-1.Example.COM\"; " TLS,
	HOST "listen = ( { transport = \"tcp\"; } ); auth: { allow_without_tls = true; };",
	HEAD "outbound: { allow = ( ); deny = [ ]; };",
	HEAD "auth: { users = ( ); };",
	HEAD "auth: { expires: { default = 60; min = 60; max = 60; }; };",
	HEAD "session: { message_size = 2147483647; }; # 99999999999\n",
	HEAD "/* 99999999999 */ auth: { realm = \"// 99999999999 \\\" 99999999999\"; }; // "
	     "99999999999\n",
	HEAD "session: { message_size = 0xffL; };",
};

START_TEST(what_is_unusual_is_fine)
{
	config_free(load_text(fine[_i]));
}
END_TEST

START_TEST(secrets_can_be_forgotten)
{
	struct config *config =
	    load_text(HEAD "auth: { users = ( { name = \"a\"; realm = \"r\"; password = \"p\"; },\n"
			   "{ name = \"b\"; realm = \"r\"; ha1 = \"" MD5 "\"; } ); };");

	config_forget_secrets(config);
	ck_assert_str_eq(config->auth.user[0].password, "");
	ck_assert_str_eq(config->auth.user[1].ha1, "");
	config_free(config);
}
END_TEST

/* The whole of FILE, terminated; the caller frees. */
static char *read_file(const char *file)
{
	char *text = calloc(1, 1 << 20);
	FILE *stream = fopen(file, "re");

	ck_assert_ptr_nonnull(text);
	ck_assert_msg(stream != NULL, "%s", file);
	ck_assert_uint_gt(fread(text, 1, (1 << 20) - 1, stream), 0);
	fclose(stream);
	return text;
}

/* The settings that an operator has to fill in. */
static const struct {
	const char *from;
	const char *to;
} filled_in[] = {
	{ "\"/etc/msrpd/cert.pem\"", "\"cert.pem\"" },
	{ "\"/etc/msrpd/key.pem\"", "\"key.pem\"" },
	{ "\"/etc/msrpd/net-cert.pem\"", "\"other-cert.pem\"" },
	{ "\"/etc/msrpd/net-key.pem\"", "\"other-key.pem\"" },
	{ "password = \"\"", "password = \"secret\"" },
	{ "ha1 = \"\"", "ha1 = \"" MD5 "\"" },
	{ "ha1_sha256 = \"\"", "ha1_sha256 = \"" MD5 MD5 "\"" },
};

static void write_filled_in(FILE *stream, const char *line)
{
	while (*line) {
		size_t used = 0;

		for (size_t i = 0; i < sizeof(filled_in) / sizeof(filled_in[0]) && !used; i++) {
			size_t len = strlen(filled_in[i].from);

			if (strncmp(line, filled_in[i].from, len) != 0)
				continue;
			fputs(filled_in[i].to, stream);
			used = len;
		}
		if (used == 0)
			fputc(*line, stream);
		line += used ? used : 1;
	}
	fputc('\n', stream);
}

/* In the shipped file "#name = ..." is a setting; prose has a space or nothing after the '#'. */
static void switch_settings_on(const char *in, const char *out)
{
	char *text = read_file(in);
	FILE *stream = fopen(out, "we");
	char *rest = text;
	char *line;

	ck_assert_ptr_nonnull(stream);
	while ((line = strsep(&rest, "\n")))
		write_filled_in(stream, line[0] == '#' && line[1] != ' ' ? line + 1 : line);
	fclose(stream);
	free(text);
}

START_TEST(the_shipped_file_shows_the_defaults)
{
	struct config *config;

	switch_settings_on(CONF_FILE, "shipped.conf");
	config = load("shipped.conf");
	check_defaults(config);
	ck_assert_uint_eq(config->tls.n_domains, 1);
	ck_assert_uint_eq(config->auth.n_users, 2);
	config_free(config);
}
END_TEST

START_TEST(the_shipped_file_needs_a_certificate_only)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config;

	ck_assert_int_eq(config_load(CONF_FILE, workdir_on_error, &complaints, &config),
			 CONFIG_BAD);
	ck_assert_uint_eq(complaints.n, 1);
	ck_assert_ptr_nonnull(strstr(complaints.all, " tls.certificate: /etc/msrpd/cert.pem: "));
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("config_values");
	TCase *tcase = tcase_create("config_values");
	struct workdir dir;
	int status;

	tcase_add_test(tcase, everything_can_be_set);
	tcase_add_test(tcase, what_is_not_said_has_its_default);
	tcase_add_loop_test(tcase, what_is_unusual_is_fine, 0, N_OF(fine));
	tcase_add_test(tcase, secrets_can_be_forgotten);
	tcase_add_test(tcase, the_shipped_file_shows_the_defaults);
	tcase_add_test(tcase, the_shipped_file_needs_a_certificate_only);
	suite_add_tcase(suite, tcase);
	workdir_init(&dir);
	status = support_run(suite);
	workdir_done(&dir);
	return status;
}
