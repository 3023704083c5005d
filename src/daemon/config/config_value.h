/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of single values, for the table of options.
 */
#ifndef DAEMON_CONFIG_CONFIG_VALUE_H
#define DAEMON_CONFIG_CONFIG_VALUE_H

/*
 * Checks of single values: each says what is wrong with VALUE, or NULL when
 * nothing is.
 */

/* A fully qualified name (RFC 4976 4.2), or "localhost" for trials. */
const char *config_check_hostname(const char *value);

/* "host", "*.domain" or "*". */
const char *config_check_relay(const char *value);

/* "", or what can be a FileDescriptorName= of systemd. */
const char *config_check_socket_name(const char *value);

/* A numeric address. */
const char *config_check_address(const char *value);

/* What can stand in a quoted string of digest authentication and in H(user:realm:password). */
const char *config_check_user(const char *value);
const char *config_check_realm(const char *value);

/* Of a URL, without query; or "". */
const char *config_check_web_path(const char *value);

/* What net/websocket/websocket.h takes for a pattern of origins. */
const char *config_check_origin(const char *value);

/* Something, at least. */
const char *config_check_secret(const char *value);

const char *config_check_algorithm(const char *value);
const char *config_check_ha1(const char *value);
const char *config_check_ha1_sha256(const char *value);

/* "*", or a type and subtype of which the latter may be "*". */
const char *config_check_content_type(const char *value);

/* An address, or an address and the length of its prefix. */
const char *config_check_block(const char *value);

/* A port, or the first and the last of several. */
const char *config_check_ports(const char *value);

/* The path of a socket, "none", or "" for the place where systemd wants it. */
const char *config_check_socket(const char *value);

/* "" or what listen_text_parse() takes. */
const char *config_check_listen(const char *value);

/* "address:port" of UDP, where proxies can send to and are answered from. */
const char *config_check_control(const char *value);

/* An address that others can connect to. */
const char *config_check_own_address(const char *value);

/* "" or what config_check_hostname() takes. */
const char *config_check_anchor_hostname(const char *value);

/* Three octal digits, or four with a 0 before them. */
const char *config_check_mode(const char *value);

/* A user or a group of this machine. */
const char *config_check_account(const char *value);
const char *config_check_group(const char *value);

#endif
