/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of all options: key, type, bounds, default, and where the value is kept. The first
 * place to go for a new key.
 */
#include "daemon/config/config_option.h"

#include <stddef.h>

#include "daemon/config/config.h"
#include "daemon/config/config_value.h"
#include "net/transport/socket_options.h"
#include "users/secret.h"
#include "users/remote_driver.h"
#include "msrp/ha1.h"
#include "relay/relay.h"

enum {
	STRING_MAX = 4096, /* paths are the longest strings */
	NAME_MAX_LEN = 255,
	LIST_MAX = 1000, /* blocks, types: each is compared for every connection or message */
	USERS_MAX = 1000000,
	TICKET_FILES_MAX = 16,
	DSCP_MAX = 63, /* RFC 2474 */
	HOUR = 3600,
	DAY = 24 * HOUR,
};

static const char *const transports[] = { "tls", "tcp", "ws", "wss", "tls+wss", NULL };
/* In the order of enum net_tls_clients. */
static const char *const client_certificates[] = { "optional", "required", "none", NULL };
static const char *const versions[] = { "1.2", "1.3", NULL };
static const char *const verify_peers[] = { "relays", "always", NULL };
static const char *const backends[] = { "users",  "file",	"secret",  "http",
					"sqlite", "postgresql", "mariadb", NULL };
static const char *const usernames[] = { "expiry:user", "user:expiry", NULL };
static const char *const sql_tls[] = { "off", "require", "verify", NULL };
static const char *const log_formats[] = { "text", "json", NULL };
static const char *const levels[] = { "error", "warning", "notice", "info", "debug", NULL };

#define AT(field)	.at = offsetof(struct config, field)
#define LISTENER(field) .at = offsetof(struct config_listener, field)
#define DOMAIN(field)	.at = offsetof(struct config_domain, field)
#define USER(field)	.at = offsetof(struct config_user, field)

#define BOOLEAN(where, def) CONFIG_BOOLEAN, where, .number = (def)
#define NUMBER(where, low, high, def)                                                              \
	CONFIG_NUMBER, where, .min = (low), .max = (high), .number = (def)
#define CHOICE(where, names)	 CONFIG_CHOICE, where, .choices = (names)
#define STRING(where, def)	 CONFIG_STRING, where, .max = STRING_MAX, .text = (def)
#define REQUIRED(where, longest) CONFIG_STRING, where, .min = 1, .max = (longest)
#define STRINGS(where, least, most, d)                                                             \
	CONFIG_STRINGS, where, .min = (least), .max = (most), .text = (d)
#define LIST(items, n, most, type)                                                                 \
	CONFIG_LIST, AT(items), .max = (most), .count_at = offsetof(struct config, n),             \
				.element_size = sizeof(type)

const struct config_option config_options[] = {
	{ "hostname", REQUIRED(AT(hostname), NAME_MAX_LEN), .check = config_check_hostname },

	{ "relays", STRINGS(AT(relays), 0, LIST_MAX, NULL), .check = config_check_relay },

	{ "workers", NUMBER(AT(workers), 0, RELAY_WORKERS_MAX, 0), .fixed = true },

	{ "listen", LIST(listen, n_listen, 64, struct config_listener), .min = 1, .number = 1 },
	{ "listen[].name", STRING(LISTENER(name), ""), .check = config_check_socket_name },
	{ "listen[].address", STRING(LISTENER(address), "::"), .check = config_check_address },
	{ "listen[].port", NUMBER(LISTENER(port), 0, 65535, 2855) },
	{ "listen[].transport", CHOICE(LISTENER(transport), transports) },
	{ "listen[].proxy_from", STRINGS(LISTENER(proxy_from), 0, LIST_MAX, NULL),
	  .check = config_check_block },
	{ "listen[].dscp", NUMBER(LISTENER(dscp), 0, DSCP_MAX, 0), .find = net_dscp_find },
	{ "listen[].client_certificate",
	  CHOICE(LISTENER(client_certificate), client_certificates) },

	/* Required once a listener speaks TLS; config_check.c checks that. */
	{ "tls.certificate", STRING(AT(tls.certificate), ""), .file = CONFIG_PUBLIC_FILE },
	{ "tls.key", STRING(AT(tls.key), ""), .file = CONFIG_SECRET_FILE },
	{ "tls.ca", STRING(AT(tls.ca), ""), .file = CONFIG_PUBLIC_FILE },
	{ "tls.client_ca", STRING(AT(tls.client_ca), ""), .file = CONFIG_PUBLIC_FILE },
	{ "tls.crl", STRING(AT(tls.crl), ""), .file = CONFIG_PUBLIC_FILE },
	{ "tls.min_version", CHOICE(AT(tls.min_version), versions) },
	{ "tls.ciphers", STRING(AT(tls.ciphers), "") },
	{ "tls.groups", STRING(AT(tls.groups), "") },
	{ "tls.verify_peers", CHOICE(AT(tls.verify_peers), verify_peers) },
	{ "tls.ticket_keys", STRINGS(AT(tls.ticket_keys), 0, TICKET_FILES_MAX, NULL),
	  .file = CONFIG_SECRET_FILE },
	{ "tls.domains", LIST(tls.domain, tls.n_domains, LIST_MAX, struct config_domain) },
	{ "tls.domains[].name", REQUIRED(DOMAIN(name), NAME_MAX_LEN),
	  .check = config_check_hostname },
	{ "tls.domains[].certificate", REQUIRED(DOMAIN(certificate), STRING_MAX),
	  .file = CONFIG_PUBLIC_FILE },
	{ "tls.domains[].key", REQUIRED(DOMAIN(key), STRING_MAX), .file = CONFIG_SECRET_FILE },

	{ "tcp.keep_alive", NUMBER(AT(tcp.keep_alive), 0, 2 * HOUR, 120) },
	{ "tcp.user_timeout", NUMBER(AT(tcp.user_timeout), 0, DAY, 300) },

	{ "websocket.behind_proxy", BOOLEAN(AT(websocket.behind_proxy), false) },
	{ "websocket.path", STRING(AT(websocket.path), ""), .check = config_check_web_path },
	{ "websocket.origins", STRINGS(AT(websocket.origins), 0, LIST_MAX, NULL),
	  .check = config_check_origin },
	{ "websocket.ping", NUMBER(AT(websocket.ping), 0, HOUR, 30) },
	{ "websocket.chunk", NUMBER(AT(websocket.chunk), 4096, 65536, 16384) },

	{ "auth.realm", STRING(AT(auth.realm), ""), .check = config_check_realm },
	{ "auth.realms", STRINGS(AT(auth.realms), 0, LIST_MAX, NULL), .check = config_check_realm },
	{ "auth.algorithms", STRINGS(AT(auth.algorithms), 1, 2, "MD5"),
	  .check = config_check_algorithm },
	{ "auth.backend", CHOICE(AT(auth.backend), backends) },
	{ "auth.users", LIST(auth.user, auth.n_users, USERS_MAX, struct config_user) },
	{ "auth.users[].name", REQUIRED(USER(name), NAME_MAX_LEN), .check = config_check_user },
	{ "auth.users[].realm", REQUIRED(USER(realm), NAME_MAX_LEN), .check = config_check_realm },
	{ "auth.users[].password", STRING(USER(password), ""), .secret = true },
	{ "auth.users[].ha1", STRING(USER(ha1), ""), .check = config_check_ha1, .secret = true },
	{ "auth.users[].ha1_sha256", STRING(USER(ha1_sha256), ""), .check = config_check_ha1_sha256,
	  .secret = true },
	{ "auth.users[].rate", NUMBER(USER(rate), 0, MSRP_RATE_MAX, 0) },
	{ "auth.file.path", STRING(AT(auth.file_path), ""), .file = CONFIG_SECRET_FILE },
	{ "auth.secret.secrets", STRINGS(AT(auth.secret.secrets), 0, USERS_SECRETS_MAX, NULL),
	  .check = config_check_secret, .secret = true },
	{ "auth.secret.files", STRINGS(AT(auth.secret.files), 0, USERS_SECRETS_MAX, NULL),
	  .file = CONFIG_SECRET_FILE },
	{ "auth.secret.username", CHOICE(AT(auth.secret.username), usernames) },
	{ "auth.http.url", STRING(AT(auth.http.url), "") },
	{ "auth.http.ca", STRING(AT(auth.http.ca), ""), .file = CONFIG_PUBLIC_FILE },
	{ "auth.http.token", STRING(AT(auth.http.token), ""), .check = config_check_token,
	  .secret = true },
	{ "auth.http.token_file", STRING(AT(auth.http.token_file), ""),
	  .file = CONFIG_SECRET_FILE },
	{ "auth.http.cache", NUMBER(AT(auth.http.cache), 0, HOUR, 60) },
	{ "auth.http.connections", NUMBER(AT(auth.http.connections), 1, REMOTE_CONNECTIONS_MAX, 4),
	  .fixed = true },
	{ "auth.http.timeout", NUMBER(AT(auth.http.timeout), 1, 30, 2) },
	{ "auth.http.allow_without_tls", BOOLEAN(AT(auth.http.allow_without_tls), false) },
	{ "auth.sql.database", STRING(AT(auth.sql.database), "") },
	{ "auth.sql.host", STRING(AT(auth.sql.host), "") },
	{ "auth.sql.port", NUMBER(AT(auth.sql.port), 0, 65535, 0) },
	{ "auth.sql.user", STRING(AT(auth.sql.user), "") },
	{ "auth.sql.password", STRING(AT(auth.sql.password), ""), .secret = true },
	{ "auth.sql.password_file", STRING(AT(auth.sql.password_file), ""),
	  .file = CONFIG_SECRET_FILE },
	{ "auth.sql.tls", CHOICE(AT(auth.sql.tls), sql_tls) },
	{ "auth.sql.ca", STRING(AT(auth.sql.ca), ""), .file = CONFIG_PUBLIC_FILE },
	{ "auth.sql.table", STRING(AT(auth.sql.table), "subscriber"), .min = 1 },
	{ "auth.sql.columns.user", STRING(AT(auth.sql.user_column), "username"), .min = 1 },
	{ "auth.sql.columns.realm", STRING(AT(auth.sql.realm_column), "domain") },
	{ "auth.sql.columns.ha1", STRING(AT(auth.sql.ha1_column), "ha1"), .min = 1 },
	{ "auth.sql.columns.ha1_sha256", STRING(AT(auth.sql.ha1_sha256_column), "ha1_sha256"),
	  .min = 1 },
	{ "auth.sql.columns.password", STRING(AT(auth.sql.password_column), "password"), .min = 1 },
	{ "auth.sql.clear_text", BOOLEAN(AT(auth.sql.clear_text), false) },
	{ "auth.sql.connections", NUMBER(AT(auth.sql.connections), 1, REMOTE_CONNECTIONS_MAX, 4),
	  .fixed = true },
	{ "auth.sql.timeout", NUMBER(AT(auth.sql.timeout), 1, 30, 2) },
	{ "auth.expires.default", NUMBER(AT(auth.expires_default), 1, 7 * DAY, 600) },
	{ "auth.expires.min", NUMBER(AT(auth.expires_min), 1, 7 * DAY, 60) },
	{ "auth.expires.max", NUMBER(AT(auth.expires_max), 1, 7 * DAY, HOUR) },
	{ "auth.max_failures", NUMBER(AT(auth.max_failures), 1, 1000, 3) },
	{ "auth.throttle.failures", NUMBER(AT(auth.throttle_failures), 0, 1000000, 20) },
	{ "auth.nonce_lifetime", NUMBER(AT(auth.nonce_lifetime), 5, DAY, 60) },
	{ "auth.allow_without_tls", BOOLEAN(AT(auth.allow_without_tls), false) },

	{ "session.sessmatch", BOOLEAN(AT(session.sessmatch), false) },
	{ "session.other_methods", BOOLEAN(AT(session.other_methods), true) },
	{ "session.content_types", STRINGS(AT(session.content_types), 1, LIST_MAX, "*"),
	  .check = config_check_content_type },
	{ "session.message_size", NUMBER(AT(session.message_size), 0, INT64_MAX, 0) },

	{ "outbound.allow", STRINGS(AT(outbound.allow), 0, LIST_MAX, NULL),
	  .check = config_check_block },
	{ "outbound.deny", STRINGS(AT(outbound.deny), 0, LIST_MAX, NULL),
	  .check = config_check_block },
	{ "outbound.ports", STRINGS(AT(outbound.ports), 1, LIST_MAX, "443 1024-65535"),
	  .check = config_check_ports },
	{ "outbound.dscp", NUMBER(AT(outbound.dscp), 0, DSCP_MAX, 0), .find = net_dscp_find },

	{ "limits.connections", NUMBER(AT(limits.connections), 1, 10000000, 100000) },
	{ "limits.connections_per_address",
	  NUMBER(AT(limits.connections_per_address), 1, 10000000, 200) },
	{ "limits.next_hops_per_user", NUMBER(AT(limits.next_hops_per_user), 1, 10000000, 100) },
	{ "limits.rate_per_user", NUMBER(AT(limits.rate_per_user), 0, MSRP_RATE_MAX, 0) },
	{ "limits.sessions_per_user", NUMBER(AT(limits.sessions_per_user), 1, 10000000, 50) },
	{ "limits.unauthenticated", NUMBER(AT(limits.unauthenticated), 1, 10000000, 5000) },

	{ "drain.timeout", NUMBER(AT(drain.timeout), 0, DAY, 30) },

	{ "log.level", CHOICE(AT(log.level), levels), .number = 3 },
	{ "log.format", CHOICE(AT(log.format), log_formats) },
	{ "log.peers", BOOLEAN(AT(log.peers), false) },

	{ "admin.socket", STRING(AT(admin.socket), ""), .check = config_check_socket,
	  .fixed = true },
	{ "admin.mode", STRING(AT(admin.mode), "0600"), .check = config_check_mode, .fixed = true },
	{ "admin.users", STRINGS(AT(admin.users), 0, 100, NULL), .check = config_check_account,
	  .fixed = true },
	{ "admin.groups", STRINGS(AT(admin.groups), 0, 100, NULL), .check = config_check_group,
	  .fixed = true },

	{ "metrics.listen", STRING(AT(metrics.listen), ""), .check = config_check_listen,
	  .fixed = true },
	{ "health.listen", STRING(AT(health.listen), ""), .check = config_check_listen,
	  .fixed = true },

	{ "anchor.control.listen",
	  STRINGS(AT(anchor.control.listen), 0, CONFIG_CONTROL_LISTEN_MAX, NULL),
	  .check = config_check_control, .fixed = true },
	{ "anchor.control.allow", STRINGS(AT(anchor.control.allow), 1, LIST_MAX, "127.0.0.0/8 ::1"),
	  .check = config_check_block },
	{ "anchor.addresses", STRINGS(AT(anchor.addresses), 0, 2, NULL),
	  .check = config_check_own_address },
	{ "anchor.hostname", STRING(AT(anchor.hostname), ""),
	  .check = config_check_anchor_hostname },
	{ "anchor.calls", NUMBER(AT(anchor.calls), 1, 10000000, 10000) },
	{ "anchor.delete_delay", NUMBER(AT(anchor.delete_delay), 0, HOUR, 5) },
	{ "anchor.max_age", NUMBER(AT(anchor.max_age), 60, 7 * DAY, DAY) },
	{ 0 },
};
