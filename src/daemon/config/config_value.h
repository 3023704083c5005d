/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of single values, for the table of options.
 */
#ifndef DAEMON_CONFIG_CONFIG_VALUE_H
#define DAEMON_CONFIG_CONFIG_VALUE_H

/* Each of these says what is wrong with VALUE, or returns NULL if nothing is. */

/* A fully qualified name (RFC 4976 4.2), or "localhost" for testing. */
const char *config_check_hostname(const char *value);

/* "host", "*.domain" or "*". */
const char *config_check_relay(const char *value);

/* "", or a valid FileDescriptorName= of systemd. */
const char *config_check_socket_name(const char *value);

/* A numeric address. */
const char *config_check_address(const char *value);

/* May stand in a quoted string of digest authentication and in H(user:realm:password). */
const char *config_check_user(const char *value);
const char *config_check_realm(const char *value);

/* The path of a URL, without query; or "". */
const char *config_check_web_path(const char *value);

/* A pattern of origins, as net/websocket/websocket.h takes it. */
const char *config_check_origin(const char *value);

/* Not empty. */
const char *config_check_secret(const char *value);
const char *config_check_token(const char *value);

const char *config_check_algorithm(const char *value);
const char *config_check_ha1(const char *value);
const char *config_check_ha1_sha256(const char *value);

/* "*", or a type and subtype; the subtype may be "*". */
const char *config_check_content_type(const char *value);

/* An address, or an address with a prefix length. */
const char *config_check_block(const char *value);

/* A port, or a range of ports. */
const char *config_check_ports(const char *value);

/* The path of a socket, "none", or "" for the runtime directory. */
const char *config_check_socket(const char *value);

/* "", or valid for listen_text_parse(). */
const char *config_check_listen(const char *value);

/* "address:port" of UDP: proxies send to it, and the answers come from it. */
const char *config_check_control(const char *value);

/* An address that others can connect to. */
const char *config_check_own_address(const char *value);

/* "", or valid for config_check_hostname(). */
const char *config_check_anchor_hostname(const char *value);

/* Three octal digits, or four beginning with 0. */
const char *config_check_mode(const char *value);

/* A user or group of this machine. */
const char *config_check_account(const char *value);
const char *config_check_group(const char *value);

#endif
