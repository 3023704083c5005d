/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps the client library from authenticating in any way that would give the password to a server
 * that is not the real one.
 */
#include "users/mariadb_auth.h"

#include <errmsg.h>
#include <mysql.h>
#include <mysql/plugin_auth.h>
#include <stdarg.h>
#include <stdio.h>

#include "users/sql_driver.h"

#define NATIVE "mysql_native_password"
#define GATE   "msrpd_wants_tls"

/* With these the server sees the answer to a challenge, never the password. */
#define CHALLENGES NATIVE ",client_ed25519,parsec"

/* With these it can ask for the password, so it has to be the real server. */
#define PASSWORDS ",caching_sha2_password,sha256_password"

/*
 * From mysql/client_plugin.h, which includes a header that Debian does not ship. Up to
 * authenticate_user this is interface 1.0, used by versions up to 3.3 of the library; 3.4 wants
 * 1.1, which 3.3 accepts too.
 */
struct auth_plugin {
	int type;
	unsigned interface_version;
	const char *name;
	const char *author;
	const char *description;
	unsigned version[3];
	const char *license;
	void *mysql_api;
	int (*init)(char *error, size_t size, int n, va_list ap);
	int (*deinit)(void);
	int (*options)(const char *option, const void *value);
	int (*authenticate_user)(MYSQL_PLUGIN_VIO *vio, MYSQL *mysql);
	int (*hash_password)(MYSQL *mysql, unsigned char *out, size_t *len);
};

enum {
	PLUGIN_TYPE_AUTH = 2,
	PLUGIN_INTERFACE = 0x0101,
};

static const char *ways(MYSQL *mysql)
{
	my_bool verified = 0;

	mysql_get_optionv(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verified);
	return verified ? CHALLENGES PASSWORDS : CHALLENGES;
}

/*
 * The library's own MYSQL_OPT_SSL_ENFORCE falls back to no TLS if the server has none. This is the
 * first step of authentication, taken after the server has announced its capabilities and before we
 * send anything. It reveals nothing: the library sends an empty answer, over TLS from there on, and
 * the server replies with the way of authentication it wants, out of those allowed with TLS.
 */
static int pass_gate(MYSQL_PLUGIN_VIO *vio, MYSQL *mysql)
{
	if (!(mysql->server_capabilities & CLIENT_SSL)) {
		mysql->net.last_errno = CR_SSL_CONNECTION_ERROR;
		snprintf(mysql->net.last_error, sizeof(mysql->net.last_error),
			 "the server does not speak TLS");
		return CR_ERROR;
	}
	if (mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH, ways(mysql)) != 0)
		return CR_ERROR;
	return vio->write_packet(vio, NULL, 0) == 0 ? CR_OK : CR_ERROR;
}

void mariadb_auth_begin(void)
{
	static struct auth_plugin gate = {
		.type = PLUGIN_TYPE_AUTH,
		.interface_version = PLUGIN_INTERFACE,
		.name = GATE,
		.license = "GPL",
		.authenticate_user = pass_gate,
	};

	mysql_library_init(0, NULL, NULL);
	mysql_client_register_plugin(NULL, (struct st_mysql_client_plugin *)&gate);
}

bool mariadb_auth_restrict(MYSQL *mysql, const struct users_sql_options *options)
{
	const char *first = NATIVE;
	const char *allowed = CHALLENGES;

	if (sql_is_local(options))
		allowed = CHALLENGES PASSWORDS;
	else if (options->tls != USERS_SQL_TLS_OFF)
		first = allowed = GATE;
	return mysql_options(mysql, MYSQL_DEFAULT_AUTH, first) == 0 &&
	       mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH, allowed) == 0;
}
