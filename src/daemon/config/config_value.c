/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of single values, named by the table of options: host names, addresses, hashes, modes
 * and so on.
 */
#include "daemon/config/config_value.h"

#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "base/ascii.h"
#include "base/block.h"
#include "base/host.h"
#include "base/slice.h"
#include "daemon/config/listen_text.h"
#include "msrp/digest.h"
#include "net/address/address.h"
#include "net/websocket/websocket.h"
#include "relay/shared/policy.h"

enum {
	SOCKET_NAME_MAX = 255, /* sd_listen_fds(3) */
};

static bool has_letter(struct slice label)
{
	for (size_t i = 0; i < label.len; i++)
		if (ascii_is_alpha(label.p[i]))
			return true;
	return false;
}

const char *config_check_hostname(const char *value)
{
	const char *last_dot = strrchr(value, '.');
	struct net_address address;

	if (strcmp(value, "localhost") == 0)
		return NULL;
	if (net_address_parse(value, 0, &address) == 0)
		return "is an address, but must be a name (RFC 4976 4.2)";
	/* Other relays may have '_' in their names, but clients would not look ours up. */
	if (!host_is_name(slice_from(value)) || strchr(value, '_'))
		return "is not a host name";
	if (!last_dot)
		return "is not fully qualified (RFC 4976 4.2), like relay.example.com";
	return has_letter(slice_from(last_dot)) ? NULL : "is not a host name";
}

const char *config_check_relay(const char *value)
{
	struct slice name = slice_from(value);

	if (slice_equal(name, SLICE("*")))
		return NULL;
	if (slice_starts_with(name, SLICE("*.")))
		name = slice_skip(name, 2);
	return host_is_name(name) ? NULL : "is neither \"host\" nor \"*.domain\" nor \"*\"";
}

static bool is_printable(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < ' ' || *value == 0x7f)
			return false;
	return true;
}

const char *config_check_socket_name(const char *value)
{
	if (strlen(value) > SOCKET_NAME_MAX || strchr(value, ':') || !is_printable(value))
		return "is not the name of a socket (systemd.socket(5), FileDescriptorName=)";
	return NULL;
}

const char *config_check_address(const char *value)
{
	struct net_address address;

	if (net_address_parse(value, 0, &address) != 0)
		return "is not a numeric IPv4 or IPv6 address";
	return NULL;
}

const char *config_check_web_path(const char *value)
{
	if (!*value)
		return NULL;
	for (const char *p = value; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == '?' || *p == '#')
			return "is not the path of a URL";
	return *value == '/' ? NULL : "does not begin with \"/\"";
}

const char *config_check_origin(const char *value)
{
	return net_websocket_is_origin(slice_from(value))
		   ? NULL
		   : "is not an origin such as \"https://www.example.com\" or "
		     "\"https://*.example.com:8443\", without a port that goes without saying";
}

const char *config_check_user(const char *value)
{
	/* RFC 7616 3.4.4: a colon would shift the border between name and realm in the hash. */
	if (strchr(value, ':'))
		return "must not contain a colon";
	return is_printable(value) ? NULL : "contains a control character";
}

const char *config_check_realm(const char *value)
{
	return is_printable(value) ? NULL : "contains a control character";
}

const char *config_check_secret(const char *value)
{
	return *value ? NULL : "must not be empty";
}

/* It is sent in an HTTP header. */
const char *config_check_token(const char *value)
{
	for (; *value; value++)
		if (*value <= ' ' || *value > '~')
			return "has characters that are not visible ASCII";
	return NULL;
}

const char *config_check_algorithm(const char *value)
{
	enum msrp_digest_algorithm algorithm;

	if (!*value || !msrp_digest_find(slice_from(value), &algorithm))
		return "is neither \"MD5\" nor \"SHA-256\"";
	return NULL;
}

static bool is_hex(const char *value, size_t len)
{
	if (!*value)
		return true; /* not given */
	if (strlen(value) != len)
		return false;
	for (; *value; value++)
		if (ascii_hex_value(*value) < 0)
			return false;
	return true;
}

const char *config_check_ha1(const char *value)
{
	return is_hex(value, 32) ? NULL : "is not 32 hexadecimal digits";
}

const char *config_check_ha1_sha256(const char *value)
{
	return is_hex(value, 64) ? NULL : "is not 64 hexadecimal digits";
}

/* RFC 4975 section 9: token. */
static bool is_token(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!ascii_is_alnum(s.p[i]) && !(s.p[i] && strchr("!#$%&'*+-.^_`{|}~", s.p[i])))
			return false;
	return s.len > 0;
}

const char *config_check_content_type(const char *value)
{
	struct slice whole = slice_from(value);
	size_t slash = slice_find(whole, '/');
	struct slice type = slice_first(whole, slash);

	if (slice_equal(whole, SLICE("*")))
		return NULL;
	if (slash == whole.len || !is_token(type) || !is_token(slice_skip(whole, slash + 1)) ||
	    slice_find(type, '*') < type.len)
		return "is neither \"*\" nor of the form \"text/plain\" or \"text/*\"";
	return NULL;
}

const char *config_check_block(const char *value)
{
	struct block block;

	if (block_parse(value, &block) != 0)
		return "is not an address or a block such as 192.0.2.0/24, with no bits set beyond "
		       "its length";
	return NULL;
}

const char *config_check_ports(const char *value)
{
	struct relay_policy *policy = relay_policy_new();
	int err = policy ? relay_policy_ports(policy, value) : 0;

	relay_policy_free(policy);
	return err ? "is neither a port nor a range of ports such as \"1024-65535\"" : NULL;
}

static const char *check_path(const char *value)
{
	if (*value != '/')
		return "is not an absolute path";
	if (strlen(value) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return "is too long for the path of a socket";
	return NULL;
}

const char *config_check_socket(const char *value)
{
	return !*value || strcmp(value, "none") == 0 ? NULL : check_path(value);
}

const char *config_check_listen(const char *value)
{
	struct net_address address;
	const char *path;

	if (*value && listen_text_parse(value, &path, &address) != 0)
		return "is not of the form \"127.0.0.1:9285\", \"[::1]:9285\" or \"unix:/path\"";
	return NULL;
}

static bool is_unspecified(const struct net_address *address)
{
	static const uint8_t v6[16] = { 0 };
	static const uint8_t v4[16] = { [10] = 0xff, [11] = 0xff };
	uint8_t bytes[16];

	net_address_bytes(address, bytes);
	return memcmp(bytes, v6, sizeof(v6)) == 0 || memcmp(bytes, v4, sizeof(v4)) == 0;
}

/* Proxies accept an answer only from the address that they asked. */
const char *config_check_control(const char *value)
{
	struct net_address address;
	const char *path;

	if (!*value || listen_text_parse(value, &path, &address) != 0 || path)
		return "is not of the form \"127.0.0.1:2223\" or \"[::1]:2223\"";
	if (is_unspecified(&address))
		return "has to name the address that proxies send to";
	return NULL;
}

const char *config_check_own_address(const char *value)
{
	const char *wrong = config_check_address(value);
	struct net_address address;

	if (wrong || net_address_parse(value, 0, &address) != 0)
		return wrong;
	if (strchr(value, '%'))
		return "means something to this machine alone";
	return is_unspecified(&address) ? "has to be an address that clients can connect to" : NULL;
}

const char *config_check_anchor_hostname(const char *value)
{
	return *value ? config_check_hostname(value) : NULL;
}

const char *config_check_mode(const char *value)
{
	size_t len = strlen(value);

	if (len < 3 || len > 4 || strspn(value, "01234567") != len || (len == 4 && *value != '0'))
		return "is not a mode in octal digits such as 0660";
	return NULL;
}

const char *config_check_account(const char *value)
{
	return getpwnam(value) ? NULL : "is not a user of this machine";
}

const char *config_check_group(const char *value)
{
	return getgrnam(value) ? NULL : "is not a group of this machine";
}
