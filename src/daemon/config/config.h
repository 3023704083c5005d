/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration file as a struct. All strings and arrays belong to it; optional strings that
 * were not given are "", never NULL.
 */
#ifndef DAEMON_CONFIG_CONFIG_H
#define DAEMON_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/tls/tls.h"

enum config_transport {
	CONFIG_TLS,
	CONFIG_TCP,
	CONFIG_WS,
	CONFIG_WSS,
	CONFIG_TLS_WSS,
};

enum config_verify {
	CONFIG_VERIFY_RELAYS, /* an unverified next hop is an endpoint */
	CONFIG_VERIFY_ALWAYS, /* an unverified next hop is refused */
};

enum config_log_format {
	CONFIG_LOG_TEXT,
	CONFIG_LOG_JSON,
};

/* The source of credentials. */
enum config_backend {
	CONFIG_BACKEND_USERS, /* the configuration itself */
	CONFIG_BACKEND_FILE,
	CONFIG_BACKEND_SECRET,
	CONFIG_BACKEND_HTTP,
	CONFIG_BACKEND_SQL, /* from here on, one for each enum users_sql_kind */
};

enum {
	/* One for each network with proxies, in both families. */
	CONFIG_CONTROL_LISTEN_MAX = 4,
};

struct config_strings {
	char **item;
	size_t n;
};

struct config_listener {
	char *name; /* of a socket passed by systemd; "": the next two apply */
	char *address;
	uint64_t port; /* 0: the system chooses */
	unsigned transport;
	struct config_strings proxy_from;
	unsigned client_certificate; /* enum net_tls_clients */
	uint64_t dscp;
};

struct config_domain {
	char *name;
	char *certificate;
	char *key;
	struct net_tls_validity validity; /* of the certificate, when it was loaded */
	int kind;			  /* likewise of its key; see net_tls_key_kind() */
};

struct users;

struct config_user {
	char *name;
	char *realm;
	char *password;
	char *ha1;
	char *ha1_sha256;
	uint64_t rate; /* bytes per second; 0: as limits.rate_per_user says */
};

struct config {
	char *hostname;
	struct config_strings relays; /* the trusted ones */
	uint64_t workers;	      /* 0: one per core */
	struct config_listener *listen;
	size_t n_listen;

	struct {
		char *certificate;
		char *key;
		struct net_tls_validity validity; /* as with a domain */
		int kind;			  /* likewise */
		unsigned min_version;		  /* 0: TLS 1.2; 1: TLS 1.3 */
		char *ciphers;
		char *groups;
		char *client_ca; /* "": ca */
		char *crl;
		int64_t crl_until_s; /* when it was loaded */
		char *ca;
		unsigned verify_peers; /* enum config_verify */
		struct config_strings ticket_keys;
		struct config_domain *domain;
		size_t n_domains;
	} tls;

	struct {
		uint64_t keep_alive;   /* seconds; 0: never */
		uint64_t user_timeout; /* seconds; 0: the kernel's */
	} tcp;

	struct {
		bool behind_proxy;
		char *path;
		struct config_strings origins;
		uint64_t ping;	/* seconds; 0: never */
		uint64_t chunk; /* octets of a message to a browser */
	} websocket;

	struct {
		char *realm;
		struct config_strings realms;
		struct config_strings algorithms;
		unsigned backend; /* enum config_backend */
		char *file_path;
		struct {
			struct config_strings secrets;
			struct config_strings files;
			unsigned username; /* 0: the time comes first; 1: the user */
		} secret;
		struct {
			char *url;
			char *ca;
			char *token;
			char *token_file;
			uint64_t cache; /* seconds; 0: none */
			uint64_t connections;
			uint64_t timeout; /* seconds */
			bool allow_without_tls;
		} http;
		struct {
			char *database;
			char *host;
			uint64_t port;
			char *user;
			char *password;
			char *password_file;
			unsigned tls; /* enum users_sql_tls */
			char *ca;
			char *table;
			char *user_column;
			char *realm_column;
			char *ha1_column;
			char *ha1_sha256_column;
			char *password_column;
			bool clear_text;
			uint64_t connections;
			uint64_t timeout; /* seconds */
		} sql;
		struct config_user *user;
		size_t n_users;
		struct users *file_users; /* contents of the file; NULL: they are elsewhere */
		uint64_t expires_default; /* in seconds, like the next two */
		uint64_t expires_min;
		uint64_t expires_max;
		uint64_t max_failures;
		uint64_t throttle_failures; /* 0: no throttle */
		uint64_t nonce_lifetime;    /* seconds */
		bool allow_without_tls;
	} auth;

	struct {
		bool sessmatch;
		bool other_methods;
		struct config_strings content_types;
		uint64_t message_size; /* bytes; 0: no limit */
	} session;

	struct {
		struct config_strings allow;
		struct config_strings deny;
		struct config_strings ports;
		uint64_t dscp;
	} outbound;

	struct {
		uint64_t connections;
		uint64_t connections_per_address;
		uint64_t sessions_per_user;
		uint64_t next_hops_per_user;
		uint64_t rate_per_user; /* bytes per second, each way; 0: no limit */
		uint64_t unauthenticated;
	} limits;

	struct {
		uint64_t timeout; /* seconds */
	} drain;

	struct {
		unsigned level;	 /* index into config_levels */
		unsigned format; /* enum config_log_format */
		bool peers;
	} log;

	struct {
		char *socket; /* a path; "": in the runtime directory; "none" */
		char *mode;   /* in octal digits */
		struct config_strings users;
		struct config_strings groups;
	} admin;

	struct {
		char *listen; /* see listen_text.h; "": nowhere */
	} metrics, health;

	struct {
		struct {
			struct config_strings listen; /* "address:port"; none: no anchor */
			struct config_strings allow;
		} control;
		struct config_strings addresses; /* shown to parties, at most one of each family */
		char *hostname;			 /* used in paths instead; "": none */
		uint64_t calls;
		uint64_t delete_delay; /* seconds */
		uint64_t max_age;      /* seconds */
	} anchor;
};

/* Called with each mistake, as one line: "msrpd.conf:12: auth.expires.min: ...". */
typedef void (*config_error_fn)(const char *text, void *arg);

enum config_result {
	CONFIG_BAD = 1, /* the file has mistakes, which the callback was told */
};

/* Reads and checks FILE and the certificates that it names. Returns 0, CONFIG_BAD or -ENOMEM. */
int config_load(const char *file, config_error_fn on_error, void *arg, struct config **ret_config);

/* Overwrites passwords and hashes, once the back end has them. */
void config_forget_secrets(struct config *config);

/* Returns NULL. */
struct config *config_free(struct config *config);

#endif
