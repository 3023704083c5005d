/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/config_option.h"
#include "daemon/record.h"
#include "daemon/workdir.h"
#include "support/run.h"

/* What has to be given, on one line, so that line 2 is the first of a case. */
#define HOST "hostname = \"relay.example.com\"; "
#define TLS  "tls: { certificate = \"cert.pem\"; key = \"key.pem\"; };"
#define HEAD HOST TLS "\n"
#define MD5  "0123456789abcdef0123456789ABCDEF"

struct complaints {
	unsigned n;
	char first[1024];
	char all[4096];
};

static void on_error(const char *text, void *arg)
{
	struct complaints *complaints = arg;
	size_t len = strlen(complaints->all);

	if (complaints->n++ == 0)
		snprintf(complaints->first, sizeof(complaints->first), "%s", text);
	snprintf(complaints->all + len, sizeof(complaints->all) - len, "%s\n", text);
}

static struct config *load(const char *file)
{
	struct complaints complaints = { 0 };
	struct config *config = NULL;
	int err = config_load(file, on_error, &complaints, &config);

	ck_assert_msg(err == 0 && complaints.n == 0, "%d: %s", err, complaints.all);
	return config;
}

static struct config *load_text(const char *text)
{
	workdir_write("msrpd.conf", text);
	return load("msrpd.conf");
}

/* In a file of TEXT the first complaint begins with WANT. */
static const struct {
	const char *text;
	const char *want;
} mistakes[] = {
	/* what libconfig finds */
	{ HEAD "limits: {\n connections = ;\n};", "msrpd.conf:3: syntax error" },
	{ HEAD "log = 1;\nlog = 2;", "msrpd.conf:3: duplicate setting name" },
	{ HEAD "@include \"nowhere.conf\"", "msrpd.conf:2: cannot open include file" },
	/* unknown keys */
	{ HEAD "hostnam = \"x\";", "msrpd.conf:2: hostnam: there is no such setting" },
	{ HEAD "auth: {\n\n expires: { maximum = 7; };\n};",
	  "msrpd.conf:4: auth.expires.maximum: there is no such setting" },
	{ HEAD "auth: { exp = 1; };", "msrpd.conf:2: auth.exp: there is no such setting" },
	{ HEAD "listen = ( { },\n { adress = \"::\"; } );",
	  "msrpd.conf:3: listen[1].adress: there is no such setting" },
	/* missing ones */
	{ TLS, "msrpd.conf: hostname: is required" },
	{ HOST, "msrpd.conf: tls.certificate: is required" },
	{ HOST "\ntls: {\n certificate = \"cert.pem\"; };", "msrpd.conf:2: tls.key: is required" },
	{ HOST "\ntls: {\n key = \"key.pem\"; };", "msrpd.conf:2: tls.certificate: is required" },
	{ HEAD "auth: {\n users = (\n {\n name = \"alice\"; password = \"x\"; } ); };",
	  "msrpd.conf:4: auth.users[0].realm: is required" },
	{ HEAD "auth: { users = ( { name = \"a\"; realm = \"r\"; },\n { realm = \"r\"; } ); };",
	  "msrpd.conf:3: auth.users[1].name: is required" },
	/* wrong types */
	{ "hostname = 7; " TLS, "msrpd.conf:1: hostname: has to be a string" },
	{ HEAD "auth = 5;", "msrpd.conf:2: auth: has to be a group" },
	{ HEAD "auth: { expires = [ 5 ]; };", "msrpd.conf:2: auth.expires: has to be a group" },
	{ HEAD "session: { sessmatch = 1; };", "msrpd.conf:2: session.sessmatch: has to be true or false" },
	{ HEAD "session: { sessmatch = \"true\"; };", "msrpd.conf:2: session.sessmatch: has to be true" },
	{ HEAD "limits: { connections = \"5\"; };", "msrpd.conf:2: limits.connections: has to be a whole" },
	{ HEAD "limits: { connections = 1.5; };", "msrpd.conf:2: limits.connections: has to be a whole" },
	{ HEAD "limits: { connections = true; };", "msrpd.conf:2: limits.connections: has to be a whole" },
	{ HEAD "listen: { port = 1; };", "msrpd.conf:2: listen: has to be a list" },
	{ HEAD "listen = ( 5 );", "msrpd.conf:2: listen[0]: has to be a group" },
	{ HEAD "listen = [ 5 ];", "msrpd.conf:2: listen[0]: has to be a group" },
	{ HEAD "outbound: { deny = \"10.0.0.0/8\"; };", "msrpd.conf:2: outbound.deny: has to be a list" },
	{ HEAD "outbound: { deny = ( 10 ); };", "msrpd.conf:2: outbound.deny[0]: has to be a string" },
	{ HEAD "log: { level = 3; };", "msrpd.conf:2: log.level: has to be one of \"error\", \"warning\"" },
	/* values out of range */
	{ HEAD "listen = ( );", "msrpd.conf:2: listen: has 0 elements" },
	{ HEAD "listen = ( { port = 65536; } );", "msrpd.conf:2: listen[0].port: 65536 is not within 0 and 65535" },
	{ HEAD "listen = ( { port = -1; } );", "msrpd.conf:2: listen[0].port: -1 is not within" },
	{ HEAD "limits: { connections = 0; };", "msrpd.conf:2: limits.connections: 0 is not within 1 and" },
	{ HEAD "session: { message_size = -1; };", "msrpd.conf:2: session.message_size: -1 is not" },
	{ HEAD "session: { message_size = 5000000000; };", "msrpd.conf:2: 5000000000: a number beyond" },
	{ HEAD "listen = ( { transport = \"udp\"; } );",
	  "msrpd.conf:2: listen[0].transport: has to be one of \"tls\", \"tcp\"" },
	{ HEAD "log: { level = \"chatty\"; };", "msrpd.conf:2: log.level: has to be one of" },
	{ HEAD "auth: { backend = \"ldap\"; };", "msrpd.conf:2: auth.backend: has to be one of" },
	{ HEAD "auth: { algorithms = [ ]; };", "msrpd.conf:2: auth.algorithms: has 0 elements" },
	{ HEAD "auth: { algorithms = [ \"MD5\", \"SHA-1\" ]; };",
	  "msrpd.conf:2: auth.algorithms[1]: \"SHA-1\" is neither" },
	{ HEAD "auth: { algorithms = [ \"MD5\", \"md5\" ]; };",
	  "msrpd.conf:2: auth.algorithms[1]: \"md5\" is given twice" },
	{ HEAD "session: { content_types = [ \"text\" ]; };",
	  "msrpd.conf:2: session.content_types[0]: \"text\" is neither" },
	{ HEAD "session: { content_types = [ \"*/plain\" ]; };", "msrpd.conf:2: session.content_types[0]: " },
	{ HEAD "session: { content_types = [ \"text/pl ain\" ]; };", "msrpd.conf:2: session.content_types[0]: " },
	/* host names */
	{ "hostname = \"\"; " TLS, "msrpd.conf:1: hostname: must not be empty" },
	{ "hostname = \"192.0.2.1\"; " TLS, "msrpd.conf:1: hostname: \"192.0.2.1\" is an address" },
	{ "hostname = \"2001:db8::1\"; " TLS, "msrpd.conf:1: hostname: \"2001:db8::1\" is an address" },
	{ "hostname = \"relay\"; " TLS, "msrpd.conf:1: hostname: \"relay\" is not fully qualified" },
	{ "hostname = \"relay..com\"; " TLS, "msrpd.conf:1: hostname: \"relay..com\" is not a host name" },
	{ "hostname = \"relay.example.com.\"; " TLS, "msrpd.conf:1: hostname: " },
	{ "hostname = \"relay.example.com:2855\"; " TLS, "msrpd.conf:1: hostname: " },
	{ "hostname = \"-relay.example.com\"; " TLS, "msrpd.conf:1: hostname: " },
	{ "hostname = \"relay.example.1\"; " TLS, "msrpd.conf:1: hostname: " },
	{ "hostname = \"re lay.example.com\"; " TLS, "msrpd.conf:1: hostname: " },
	/* addresses and blocks */
	{ HEAD "listen = ( { address = \"relay.example.com\"; } );", "msrpd.conf:2: listen[0].address: " },
	{ HEAD "listen = ( { address = \"\"; } );", "msrpd.conf:2: listen[0].address: " },
	{ HEAD "listen = ( { address = \"[::]\"; } );", "msrpd.conf:2: listen[0].address: " },
	{ HEAD "outbound: { allow = [ \"10.0.0.0/33\" ]; };", "msrpd.conf:2: outbound.allow[0]: \"10.0.0.0/33\" is not" },
	{ HEAD "outbound: { deny = [ \"10.0.0.0/8\", \"10.0.0.1/8\" ]; };", "msrpd.conf:2: outbound.deny[1]: " },
	/* how long sessions last */
	{ HEAD "auth: { expires: {\n min = 601; }; };", "msrpd.conf:3: auth.expires.min: 601 is more than" },
	{ HEAD "auth: { expires: {\n max = 599; }; };", "msrpd.conf:3: auth.expires.max: 599 is less than" },
	{ HEAD "auth: { expires: {\n default = 30; }; };", "msrpd.conf:2: auth.expires.min: 60 is more than" },
	/* who listens to what */
	{ HEAD "listen = (\n { transport = \"tcp\"; } );", "msrpd.conf:2: listen: needs a listener with" },
	/* certificates */
	{ HOST "\ntls: { certificate = \"gone.pem\";\n key = \"key.pem\"; };",
	  "msrpd.conf:2: tls.certificate: gone.pem: No such file or directory" },
	{ HOST "\ntls: { certificate = \"cert.pem\";\n key = \"gone.pem\"; };",
	  "msrpd.conf:3: tls.key: gone.pem: No such file or directory" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"other-key.pem\"; };", "msrpd.conf:2: tls.certificate: " },
	{ HOST "\ntls: { certificate = \"junk.pem\"; key = \"key.pem\"; };", "msrpd.conf:2: tls.certificate: " },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; ca = \"gone.pem\"; };",
	  "msrpd.conf:2: tls.ca: gone.pem: No such file or directory" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; ca = \"junk.pem\"; };", "msrpd.conf:2: tls.ca: " },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; domains = (\n"
	       "{ name = \"example.net\"; certificate = \"other-cert.pem\"; key = \"key.pem\"; } ); };",
	  "msrpd.conf:3: tls.domains[0].certificate: " },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; domains = (\n"
	       "{ name = \"example.net\"; certificate = \"other-cert.pem\"; key = \"other-key.pem\"; },\n"
	       "{ name = \"Example.NET\"; certificate = \"other-cert.pem\"; key = \"other-key.pem\"; } ); };",
	  "msrpd.conf:4: tls.domains[1].name: \"Example.NET\" is given twice" },
	/* users */
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; } ); };",
	  "msrpd.conf:3: auth.users[0].password: is required, or ha1" },
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; password = \"p\"; ha1 = \"" MD5 "\"; } ); };",
	  "msrpd.conf:3: auth.users[0].password: and ha1 must not both be given" },
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; ha1_sha256 = \"" MD5 MD5 "\"; } ); };",
	  "msrpd.conf:3: auth.users[0].password: is required, or a hash" },
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; ha1 = \"" MD5 "0\"; } ); };",
	  "msrpd.conf:3: auth.users[0].ha1: is not 32 hexadecimal digits" },
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; ha1_sha256 = \"" MD5 "\"; } ); };",
	  "msrpd.conf:3: auth.users[0].ha1_sha256: is not 64 hexadecimal digits" },
	{ HEAD "auth: { users = ( { name = \"a:b\"; realm = \"r\"; password = \"p\"; } ); };",
	  "msrpd.conf:2: auth.users[0].name: \"a:b\" must not contain a colon" },
	{ HEAD "auth: { realm = \"a\\nb\"; };", "msrpd.conf:2: auth.realm: " },
	{ HEAD "auth: { users = ( { name = \"a\"; realm = \"r\"; password = \"p\"; },\n"
	       "{ name = \"b\"; realm = \"r\"; password = \"p\"; },\n"
	       "{ name = \"a\"; realm = \"s\"; password = \"p\"; },\n"
	       "{ name = \"a\"; realm = \"r\"; password = \"q\"; } ); };",
	  "msrpd.conf:5: auth.users[3].name: \"a\" of realm \"r\" is given twice" },
};

START_TEST(a_mistake_is_told_with_file_line_and_key)
{
	struct complaints complaints = { 0 };
	struct config *config = NULL;

	workdir_write("msrpd.conf", mistakes[_i].text);
	ck_assert_int_eq(config_load("msrpd.conf", on_error, &complaints, &config), CONFIG_BAD);
	ck_assert_ptr_null(config);
	ck_assert_msg(strncmp(complaints.first, mistakes[_i].want, strlen(mistakes[_i].want)) == 0,
		      "\"%s\" is not \"%s...\"", complaints.first, mistakes[_i].want);
}
END_TEST

START_TEST(all_mistakes_are_told)
{
	struct complaints complaints = { 0 };
	struct config *config;

	workdir_write("msrpd.conf", "hostname = 7;\nlimits: { connections = 0; foo = 1; };\nbar = 1;\n");
	ck_assert_int_eq(config_load("msrpd.conf", on_error, &complaints, &config), CONFIG_BAD);
	ck_assert_uint_eq(complaints.n, 4);
	ck_assert_ptr_nonnull(strstr(complaints.all, "msrpd.conf:1: hostname: "));
	ck_assert_ptr_nonnull(strstr(complaints.all, "msrpd.conf:2: limits.connections: "));
	ck_assert_ptr_nonnull(strstr(complaints.all, "msrpd.conf:2: limits.foo: "));
	ck_assert_ptr_nonnull(strstr(complaints.all, "msrpd.conf:3: bar: "));
}
END_TEST

START_TEST(secrets_are_not_told)
{
	struct complaints complaints = { 0 };
	struct config *config;

	workdir_write("msrpd.conf", HEAD "auth: { users = ( { name = \"a\"; realm = \"r\"; ha1 = \"5ecre7\"; },\n"
					 "{ name = \"a\"; realm = \"r\"; password = 5; ha1_sha256 = \"5ecre7\"; } ); };");
	ck_assert_int_eq(config_load("msrpd.conf", on_error, &complaints, &config), CONFIG_BAD);
	ck_assert_uint_eq(complaints.n, 3);
	ck_assert_ptr_null(strstr(complaints.all, "5ecre7"));
}
END_TEST

static const struct {
	const char *file;
	const char *want;
} unreadable[] = {
	{ "gone.conf", "gone.conf: No such file or directory" },
	{ ".", ".: Is a directory" },
};

START_TEST(a_file_that_cannot_be_read_is_named)
{
	struct complaints complaints = { 0 };
	struct config *config;

	ck_assert_int_eq(config_load(unreadable[_i].file, on_error, &complaints, &config), CONFIG_BAD);
	ck_assert_str_eq(complaints.first, unreadable[_i].want);
}
END_TEST

START_TEST(a_mistake_in_an_included_file_names_that_file)
{
	struct complaints complaints = { 0 };
	struct config *config;
	char here[64];
	char file[128];
	char want[256];

	workdir_write("included.conf", "\n\nlog: { level = \"loud\"; };\nlimits: { connections = 99999999999; };\n");
	workdir_write("msrpd.conf", HEAD "@include \"included.conf\"\nfoo = 1;\n");
	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	snprintf(file, sizeof(file), "%s/msrpd.conf", here);
	ck_assert_int_eq(chdir("/"), 0); /* the name is relative to the file, not to where we are */
	ck_assert_int_eq(config_load(file, on_error, &complaints, &config), CONFIG_BAD);
	snprintf(want, sizeof(want), "%s/included.conf:3: log.level: ", here);
	ck_assert_msg(strstr(complaints.all, want) != NULL, "%s", complaints.all);
	snprintf(want, sizeof(want), "%s/included.conf:4: 99999999999: ", here);
	ck_assert_msg(strstr(complaints.all, want) != NULL, "%s", complaints.all);
	snprintf(want, sizeof(want), "%s/msrpd.conf:3: foo: ", here);
	ck_assert_msg(strstr(complaints.all, want) != NULL, "%s", complaints.all);
}
END_TEST

START_TEST(everything_can_be_set)
{
	struct config *config = load_text(
		"hostname = \"relay.example.com\";\n"
		"listen = ( { address = \"192.0.2.1\"; port = 1; }, { transport = \"tcp\"; port = 0; } );\n"
		"tls: { certificate = \"cert.pem\"; key = \"key.pem\"; ca = \"ca.pem\"; verify_peers = \"always\";\n"
		" domains = ( { name = \"example.net\"; certificate = \"other-cert.pem\"; key = \"other-key.pem\"; } ); };\n"
		"auth: { realm = \"r\"; algorithms = ( \"SHA-256\", \"MD5\" ); backend = \"users\"; users = (\n"
		" { name = \"alice\"; realm = \"example.com\"; password = \"p\\\"w\"; },\n"
		" { name = \"alice\"; realm = \"example.net\"; ha1 = \"" MD5 "\"; ha1_sha256 = \"" MD5 MD5 "\"; } );\n"
		" expires: { default = 20; min = 10; max = 30; }; max_failures = 7; nonce_lifetime = 90;\n"
		" allow_without_tls = true; };\n"
		"session: { sessmatch = true; other_methods = false; content_types = [ \"text/plain\", \"image/*\" ];\n"
		" message_size = 5000000000L; };\n"
		"outbound: { allow = [ \"127.0.0.0/8\" ]; deny = [ \"10.0.0.0/8\", \"::1\" ]; };\n"
		"limits: { connections = 1; connections_per_address = 2; sessions_per_user = 3;\n"
		" unauthenticated = 4; };\n"
		"log: { level = \"debug\"; };\n");

	ck_assert_str_eq(config->hostname, "relay.example.com");
	ck_assert_uint_eq(config->n_listen, 2);
	ck_assert_str_eq(config->listen[0].address, "192.0.2.1");
	ck_assert_uint_eq(config->listen[0].port, 1);
	ck_assert_uint_eq(config->listen[0].transport, CONFIG_TLS);
	ck_assert_str_eq(config->listen[1].address, "::");
	ck_assert_uint_eq(config->listen[1].port, 0);
	ck_assert_uint_eq(config->listen[1].transport, CONFIG_TCP);
	ck_assert_str_eq(config->tls.certificate, "cert.pem");
	ck_assert_str_eq(config->tls.key, "key.pem");
	ck_assert_str_eq(config->tls.ca, "ca.pem");
	ck_assert_uint_eq(config->tls.verify_peers, CONFIG_VERIFY_ALWAYS);
	ck_assert_uint_eq(config->tls.n_domains, 1);
	ck_assert_str_eq(config->tls.domain[0].name, "example.net");
	ck_assert_str_eq(config->tls.domain[0].certificate, "other-cert.pem");
	ck_assert_str_eq(config->tls.domain[0].key, "other-key.pem");
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
	ck_assert_uint_eq(config->auth.nonce_lifetime, 90);
	ck_assert(config->auth.allow_without_tls);
	ck_assert(config->session.sessmatch);
	ck_assert(!config->session.other_methods);
	ck_assert_uint_eq(config->session.content_types.n, 2);
	ck_assert_str_eq(config->session.content_types.item[1], "image/*");
	ck_assert_uint_eq(config->session.message_size, 5000000000);
	ck_assert_uint_eq(config->outbound.allow.n, 1);
	ck_assert_uint_eq(config->outbound.deny.n, 2);
	ck_assert_str_eq(config->outbound.deny.item[1], "::1");
	ck_assert_uint_eq(config->limits.connections, 1);
	ck_assert_uint_eq(config->limits.connections_per_address, 2);
	ck_assert_uint_eq(config->limits.sessions_per_user, 3);
	ck_assert_uint_eq(config->limits.unauthenticated, 4);
	ck_assert_uint_eq(config->log.level, RECORD_DEBUG);
	config_free(config);
}
END_TEST

static void check_defaults(const struct config *config)
{
	ck_assert_uint_eq(config->n_listen, 1);
	ck_assert_str_eq(config->listen[0].address, "::");
	ck_assert_uint_eq(config->listen[0].port, 2855);
	ck_assert_uint_eq(config->listen[0].transport, CONFIG_TLS);
	ck_assert_str_eq(config->tls.ca, "");
	ck_assert_uint_eq(config->tls.verify_peers, CONFIG_VERIFY_RELAYS);
	ck_assert_uint_eq(config->tls.n_domains, 0);
	ck_assert_str_eq(config->auth.realm, "");
	ck_assert_uint_eq(config->auth.algorithms.n, 1);
	ck_assert_str_eq(config->auth.algorithms.item[0], "MD5");
	ck_assert_uint_eq(config->auth.backend, 0);
	ck_assert_uint_eq(config->auth.n_users, 0);
	ck_assert_uint_eq(config->auth.expires_default, 600);
	ck_assert_uint_eq(config->auth.expires_min, 60);
	ck_assert_uint_eq(config->auth.expires_max, 3600);
	ck_assert_uint_eq(config->auth.max_failures, 3);
	ck_assert_uint_eq(config->auth.nonce_lifetime, 60);
	ck_assert(!config->auth.allow_without_tls);
	ck_assert(!config->session.sessmatch);
	ck_assert(config->session.other_methods);
	ck_assert_uint_eq(config->session.content_types.n, 1);
	ck_assert_str_eq(config->session.content_types.item[0], "*");
	ck_assert_uint_eq(config->session.message_size, 0);
	ck_assert_uint_eq(config->outbound.allow.n, 0);
	ck_assert_uint_eq(config->outbound.deny.n, 0);
	ck_assert_uint_eq(config->limits.connections, 100000);
	ck_assert_uint_eq(config->limits.connections_per_address, 200);
	ck_assert_uint_eq(config->limits.sessions_per_user, 50);
	ck_assert_uint_eq(config->limits.unauthenticated, 5000);
	ck_assert_uint_eq(config->log.level, RECORD_INFO);
}

START_TEST(what_is_not_said_has_its_default)
{
	struct config *config = load_text(HEAD);

	check_defaults(config);
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
	HEAD "session: { message_size = 2147483647; }; # 99999999999",
	HEAD "/* 99999999999 */ auth: { realm = \"// 99999999999 \\\" 99999999999\"; }; // 99999999999",
	HEAD "session: { message_size = 0xffL; };",
};

START_TEST(what_is_unusual_is_fine)
{
	config_free(load_text(fine[_i]));
}
END_TEST

START_TEST(secrets_can_be_forgotten)
{
	struct config *config = load_text(HEAD "auth: { users = ( { name = \"a\"; realm = \"r\"; password = \"p\"; },\n"
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

/* In the shipped file "#name = ..." is a default; prose has a space or nothing behind the '#'. */
static void switch_defaults_on(const char *in, const char *out)
{
	char *text = read_file(in);
	FILE *stream = fopen(out, "we");
	char *rest = text;
	char *line;

	ck_assert_ptr_nonnull(stream);
	while ((line = strsep(&rest, "\n"))) {
		if (strncmp(line, "\tcertificate = ", 15) == 0)
			fprintf(stream, "certificate = \"cert.pem\";\n");
		else if (strncmp(line, "\tkey = ", 7) == 0)
			fprintf(stream, "key = \"key.pem\";\n");
		else
			fprintf(stream, "%s\n", line[0] == '#' && line[1] != ' ' ? line + 1 : line);
	}
	fclose(stream);
	free(text);
}

START_TEST(the_shipped_file_shows_the_defaults)
{
	struct config *config;

	switch_defaults_on(CONF_FILE, "shipped.conf");
	config = load("shipped.conf");
	check_defaults(config);
	config_free(config);
}
END_TEST

/* The last word of a key, or of an element of a list the whole below it. */
static const char *last_word(const char *key)
{
	return strrchr(key, '.') ? strrchr(key, '.') + 1 : key;
}

START_TEST(every_option_is_in_the_shipped_file_and_in_the_manual)
{
	char *file = read_file(CONF_FILE);
	char *manual = read_file(MAN_FILE);
	char want[128];

	for (const struct config_option *option = config_options; option->key; option++) {
		ck_assert_msg(strstr(file, last_word(option->key)) != NULL, "%s", option->key);
		snprintf(want, sizeof(want), "\n.BR %s ", option->key);
		ck_assert_msg(strstr(manual, want) != NULL, "%s", option->key);
	}
	free(file);
	free(manual);
}
END_TEST

#define N_OF(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("config");
	TCase *tcase = tcase_create("config");
	struct workdir dir;
	int status;

	tcase_add_loop_test(tcase, a_mistake_is_told_with_file_line_and_key, 0, N_OF(mistakes));
	tcase_add_test(tcase, all_mistakes_are_told);
	tcase_add_test(tcase, secrets_are_not_told);
	tcase_add_loop_test(tcase, a_file_that_cannot_be_read_is_named, 0, N_OF(unreadable));
	tcase_add_test(tcase, a_mistake_in_an_included_file_names_that_file);
	tcase_add_test(tcase, everything_can_be_set);
	tcase_add_test(tcase, what_is_not_said_has_its_default);
	tcase_add_loop_test(tcase, what_is_unusual_is_fine, 0, N_OF(fine));
	tcase_add_test(tcase, secrets_can_be_forgotten);
	tcase_add_test(tcase, the_shipped_file_shows_the_defaults);
	tcase_add_test(tcase, every_option_is_in_the_shipped_file_and_in_the_manual);
	suite_add_tcase(suite, tcase);
	workdir_init(&dir);
	status = support_run(suite);
	workdir_done(&dir);
	return status;
}
