/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config/config.h"

#include <stdio.h>
#include <string.h>

#include "daemon/workdir.h"
#include "support/run.h"
#include "users/http.h"
#include "users/sql.h"

#define HOST WORKDIR_HOST
#define TLS  WORKDIR_TLS
#define HEAD WORKDIR_HEAD
#define MD5  "0123456789abcdef0123456789ABCDEF"

/* In a file of TEXT the first complaint begins with WANT. */
static const struct {
	const char *text;
	const char *want;
} mistakes[] = {
	/* what libconfig finds */
	{ HEAD "limits: {\n connections = ;\n};", "msrpd.conf:3: syntax error" },
	{ HEAD "log = 1;\nlog = 2;",
	  "msrpd.conf:3: log: is already given in line 2: merge the two" },
	{ HEAD "auth: { realm = \"auth:\"; };\nlog: { level = \"info\"; };\n\nauth: {\n};",
	  "msrpd.conf:5: auth: is already given in line 2" },
	{ HEAD "auth: {\n expires: {\n min = 1; max = 2; # min = 2\n min = 3; }; };",
	  "msrpd.conf:5: min: is already given in line 4" },
	{ HEAD "log: { level = \"level = 1\"; level = \"info\"; };",
	  "msrpd.conf:2: level: is already given in line 2" },
	{ HEAD "@include \"nowhere.conf\"", "msrpd.conf:2: cannot open include file" },
	/* unknown keys */
	{ HEAD "hostnam = \"x\";", "msrpd.conf:2: hostnam: unknown setting" },
	{ HEAD "auth: {\n\n expires: { maximum = 7; };\n};",
	  "msrpd.conf:4: auth.expires.maximum: unknown setting" },
	{ HEAD "auth: { exp = 1; };", "msrpd.conf:2: auth.exp: unknown setting" },
	{ HEAD "listen = ( { },\n { adress = \"::\"; } );",
	  "msrpd.conf:3: listen[1].adress: unknown setting" },
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
	{ "hostname = 7; " TLS, "msrpd.conf:1: hostname: must be a string" },
	{ HEAD "auth = 5;", "msrpd.conf:2: auth: must be a group" },
	{ HEAD "auth: { expires = [ 5 ]; };", "msrpd.conf:2: auth.expires: must be a group" },
	{ HEAD "session: { sessmatch = 1; };",
	  "msrpd.conf:2: session.sessmatch: must be true or false" },
	{ HEAD "session: { sessmatch = \"true\"; };",
	  "msrpd.conf:2: session.sessmatch: must be true" },
	{ HEAD "limits: { connections = \"5\"; };",
	  "msrpd.conf:2: limits.connections: must be a whole" },
	{ HEAD "limits: { connections = 1.5; };",
	  "msrpd.conf:2: limits.connections: must be a whole" },
	{ HEAD "limits: { connections = true; };",
	  "msrpd.conf:2: limits.connections: must be a whole" },
	{ HEAD "listen: { port = 1; };", "msrpd.conf:2: listen: must be a list" },
	{ HEAD "listen = ( 5 );", "msrpd.conf:2: listen[0]: must be a group" },
	{ HEAD "listen = [ 5 ];", "msrpd.conf:2: listen[0]: must be a group" },
	{ HEAD "outbound: { deny = \"10.0.0.0/8\"; };",
	  "msrpd.conf:2: outbound.deny: must be a list" },
	{ HEAD "outbound: { deny = ( 10 ); };",
	  "msrpd.conf:2: outbound.deny[0]: must be a string" },
	{ HEAD "log: { level = 3; };",
	  "msrpd.conf:2: log.level: must be one of \"error\", \"warning\"" },
	/* values out of range */
	{ HEAD "listen = ( );", "msrpd.conf:2: listen: has 0 elements" },
	{ HEAD "listen = ( { port = 65536; } );",
	  "msrpd.conf:2: listen[0].port: 65536 is not within 0 and 65535" },
	{ HEAD "listen = ( { port = -1; } );", "msrpd.conf:2: listen[0].port: -1 is not within" },
	{ HEAD "limits: { connections = 0; };",
	  "msrpd.conf:2: limits.connections: 0 is not within 1 and" },
	{ HEAD "session: { message_size = -1; };",
	  "msrpd.conf:2: session.message_size: -1 is not" },
	{ HEAD "session: { message_size = 5000000000; };",
	  "msrpd.conf:2: 5000000000: a number above" },
	{ HEAD "listen = ( { },\n { transport = \"ws\"; } );",
	  "msrpd.conf:3: listen[1].transport: \"ws\" is for loopback addresses" },
	{ HEAD "listen = ( { },\n { address = \"128.0.0.1\"; transport = \"ws\"; } );",
	  "msrpd.conf:3: listen[1].transport: \"ws\" is for loopback addresses" },
	{ HEAD "websocket: { path = \"msrp\"; };",
	  "msrpd.conf:2: websocket.path: \"msrp\" does not begin with \"/\"" },
	{ HEAD "websocket: { path = \"/a?b\"; };",
	  "msrpd.conf:2: websocket.path: \"/a?b\" is not the path of a URL" },
	{ HEAD "websocket: { origins = [ \"https://a\", \"www.example.com\" ]; };",
	  "msrpd.conf:2: websocket.origins[1]: \"www.example.com\" is not an origin" },
	{ HEAD "websocket: { origins = [ \"https://a:443\" ]; };",
	  "msrpd.conf:2: websocket.origins[0]: \"https://a:443\" is not an origin" },
	{ HEAD "websocket: { ping = 3601; };",
	  "msrpd.conf:2: websocket.ping: 3601 is not within 0 and 3600" },
	{ HEAD "websocket: { chunk = 4095; };",
	  "msrpd.conf:2: websocket.chunk: 4095 is not within 4096 and 65536" },
	{ HEAD "listen = ( { transport = \"udp\"; } );",
	  "msrpd.conf:2: listen[0].transport: must be one of \"tls\", \"tcp\"" },
	{ HEAD "log: { level = \"chatty\"; };", "msrpd.conf:2: log.level: must be one of" },
	{ HEAD "log: { format = \"xml\"; };",
	  "msrpd.conf:2: log.format: must be one of \"text\", \"json\"" },
	{ HEAD "auth: { backend = \"ldap\"; };", "msrpd.conf:2: auth.backend: must be one of" },
	{ HEAD "auth: { algorithms = [ ]; };", "msrpd.conf:2: auth.algorithms: has 0 elements" },
	{ HEAD "auth: { algorithms = [ \"MD5\", \"SHA-1\" ]; };",
	  "msrpd.conf:2: auth.algorithms[1]: \"SHA-1\" is neither" },
	{ HEAD "auth: { algorithms = [ \"MD5\", \"md5\" ]; };",
	  "msrpd.conf:2: auth.algorithms[1]: \"md5\" is given twice" },
	{ HEAD "relays = [ \"*.example.com\", \"*example.com\" ];", "msrpd.conf:2: relays[1]: " },
	{ HEAD "relays = [ \"*.*.com\" ];", "msrpd.conf:2: relays[0]: " },
	{ HEAD "relays = [ \"\" ];", "msrpd.conf:2: relays[0]: " },
	{ HEAD "session: { content_types = [ \"text\" ]; };",
	  "msrpd.conf:2: session.content_types[0]: \"text\" is neither" },
	{ HEAD "session: { content_types = [ \"*/plain\" ]; };",
	  "msrpd.conf:2: session.content_types[0]: " },
	{ HEAD "session: { content_types = [ \"text/pl ain\" ]; };",
	  "msrpd.conf:2: session.content_types[0]: " },
	/* host names */
	{ "hostname = \"\"; " TLS, "msrpd.conf:1: hostname: must not be empty" },
	{ "hostname = \"192.0.2.1\"; " TLS, "msrpd.conf:1: hostname: \"192.0.2.1\" is an address" },
	{ "hostname = \"2001:db8::1\"; " TLS,
	  "msrpd.conf:1: hostname: \"2001:db8::1\" is an address" },
	{ "hostname = \"relay\"; " TLS,
	  "msrpd.conf:1: hostname: \"relay\" is not fully qualified" },
	{ "hostname = \"relay..com\"; " TLS,
	  "msrpd.conf:1: hostname: \"relay..com\" is not a host name" },
	{ "hostname = \"relay.example.com.\"; " TLS, "msrpd.conf:1: hostname: " },
	{ "hostname = \"relay.example.com:2855\"; " TLS, "msrpd.conf:1: hostname: " },
	{ "hostname = \"-relay.example.com\"; " TLS, "msrpd.conf:1: hostname: " },
	{ "hostname = \"relay.example.1\"; " TLS, "msrpd.conf:1: hostname: " },
	{ "hostname = \"re lay.example.com\"; " TLS, "msrpd.conf:1: hostname: " },
	/* addresses and blocks */
	{ HEAD "listen = ( { address = \"relay.example.com\"; } );",
	  "msrpd.conf:2: listen[0].address: " },
	{ HEAD "listen = ( { address = \"\"; } );", "msrpd.conf:2: listen[0].address: " },
	{ HEAD "listen = ( { address = \"[::]\"; } );", "msrpd.conf:2: listen[0].address: " },
	{ HEAD "listen = ( { name = \"msrps:1\"; } );",
	  "msrpd.conf:2: listen[0].name: \"msrps:1\" is not the name of a socket" },
	{ HEAD "listen = ( { name = \"msrps\";\n address = \"::\"; } );",
	  "msrpd.conf:3: listen[0].address: is what the socket \"msrps\" has already" },
	{ HEAD "listen = ( { name = \"msrps\"; },\n { name = \"msrp\"; port = 2856; } );",
	  "msrpd.conf:3: listen[1].port: is what the socket \"msrp\" has already" },
	{ HEAD "outbound: { allow = [ \"10.0.0.0/33\" ]; };",
	  "msrpd.conf:2: outbound.allow[0]: \"10.0.0.0/33\" is not" },
	{ HEAD "outbound: { deny = [ \"10.0.0.0/8\", \"10.0.0.1/8\" ]; };",
	  "msrpd.conf:2: outbound.deny[1]: " },
	{ HEAD "outbound: { ports = [ \"443\",\n \"0-1023\" ]; };",
	  "msrpd.conf:3: outbound.ports[1]: \"0-1023\" is neither" },
	{ HEAD "outbound: { ports = [ ]; };", "msrpd.conf:2: outbound.ports: has 0 elements" },
	{ HEAD "outbound: { ports = [ 443 ]; };",
	  "msrpd.conf:2: outbound.ports[0]: must be a string" },
	/* who may use the admin socket, and where */
	{ HEAD "admin: { socket = \"run/control\"; };",
	  "msrpd.conf:2: admin.socket: \"run/control\" is" },
	{ HEAD "admin: { mode = \"rw\"; };", "msrpd.conf:2: admin.mode: \"rw\" is not a mode" },
	{ HEAD "admin: { mode = \"1777\"; };", "msrpd.conf:2: admin.mode: \"1777\" is not a mode" },
	{ HEAD "admin: { mode = \"0666\"; users = [ \"no.such.user\" ]; };",
	  "msrpd.conf:2: admin.users[0]: \"no.such.user\" is not a user" },
	{ HEAD "admin: { mode = \"0666\"; groups = [ \"no.such.group\" ]; };",
	  "msrpd.conf:2: admin.groups[0]: \"no.such.group\" is not a group" },
	{ HEAD "admin: { groups = [ \"adm\" ]; };", "msrpd.conf:2: admin.mode: does not let" },
	{ HEAD "metrics: { listen = \"9090\"; };",
	  "msrpd.conf:2: metrics.listen: \"9090\" is not" },
	{ HEAD "health: { listen = \"localhost:1\"; };",
	  "msrpd.conf:2: health.listen: \"localhost:1\" is not" },
	/* the anchor */
	{ HEAD "anchor: { control: { listen = [ \"2223\" ]; }; };",
	  "msrpd.conf:2: anchor.control.listen[0]: \"2223\" is not of the form" },
	{ HEAD "anchor: { control: { listen = [ \"unix:/ng\" ]; }; };",
	  "msrpd.conf:2: anchor.control.listen[0]: \"unix:/ng\" is not of the form" },
	{ HEAD "anchor: { control: { listen = [ \"127.0.0.1:1\",\n \"0.0.0.0:2\" ]; }; };",
	  "msrpd.conf:3: anchor.control.listen[1]: \"0.0.0.0:2\" has to name the address" },
	{ HEAD "anchor: { control: { listen = [ \"[::]:2\" ]; }; };",
	  "msrpd.conf:2: anchor.control.listen[0]: \"[::]:2\" has to name the address" },
	{ HEAD "anchor: { addresses = [ \"192.0.2.1\" ]; control: { listen = [ \"127.0.0.1:1\", "
	       "\"127.0.0.1:1\" ]; }; };",
	  "msrpd.conf:2: anchor.control.listen: \"127.0.0.1:1\" is given twice" },
	{ HEAD "anchor: {\n control: { listen = [ \"127.0.0.1:1\" ]; }; };",
	  "msrpd.conf:2: anchor.addresses: has to say to which" },
	{ HEAD "anchor: { control: { allow = [ ]; }; };",
	  "msrpd.conf:2: anchor.control.allow: has 0 elements" },
	{ HEAD "anchor: { control: { allow = [ \"proxy\" ]; }; };",
	  "msrpd.conf:2: anchor.control.allow[0]: \"proxy\" is not" },
	{ HEAD "anchor: { addresses = [ \"a.example.com\" ]; };",
	  "msrpd.conf:2: anchor.addresses[0]: \"a.example.com\" is not a numeric" },
	{ HEAD "anchor: { addresses = [ \"::\" ]; };",
	  "msrpd.conf:2: anchor.addresses[0]: \"::\" has to be an address" },
	{ HEAD "anchor: { addresses = [ \"fe80::1%lo\" ]; };",
	  "msrpd.conf:2: anchor.addresses[0]: \"fe80::1%lo\" means something" },
	{ HEAD "anchor: { addresses = [ \"192.0.2.1\",\n \"192.0.2.2\" ]; };",
	  "msrpd.conf:3: anchor.addresses[1]: \"192.0.2.2\" is the second one" },
	{ HEAD "anchor: { hostname = \"192.0.2.1\"; };",
	  "msrpd.conf:2: anchor.hostname: \"192.0.2.1\" is an address" },
	{ HEAD "anchor: { hostname = \"a.example.com\"; };",
	  "msrpd.conf:2: anchor.hostname: \"a.example.com\" is neither hostname nor" },
	{ HEAD "anchor: { calls = 0; };", "msrpd.conf:2: anchor.calls: 0 is not within" },
	{ HEAD "anchor: { delete_delay = 3601; };",
	  "msrpd.conf:2: anchor.delete_delay: 3601 is not within" },
	{ HEAD "anchor: { max_age = 59; };", "msrpd.conf:2: anchor.max_age: 59 is not within" },
	/* lifetimes of sessions */
	{ HEAD "auth: { expires: {\n min = 601; }; };",
	  "msrpd.conf:3: auth.expires.min: 601 is more than" },
	{ HEAD "auth: { expires: {\n max = 599; }; };",
	  "msrpd.conf:3: auth.expires.max: 599 is less than" },
	{ HEAD "auth: { expires: {\n default = 30; }; };",
	  "msrpd.conf:2: auth.expires.min: 60 is more than" },
	/* listeners */
	{ HEAD "listen = (\n { transport = \"tcp\"; } );",
	  "msrpd.conf:2: listen: needs a listener with" },
	/* certificates */
	{ HOST "\ntls: { certificate = \"gone.pem\";\n key = \"key.pem\"; };",
	  "msrpd.conf:2: tls.certificate: gone.pem: No such file or directory" },
	{ HOST "\ntls: { certificate = \"cert.pem\";\n key = \"gone.pem\"; };",
	  "msrpd.conf:3: tls.key: gone.pem: No such file or directory" },
	{ HOST "\ntls: { certificate = \"cert.pem\";\n key = \"other-key.pem\"; };",
	  "msrpd.conf:3: tls.key: other-key.pem: the key does not belong to the certificate" },
	{ HOST "\ntls: { certificate = \"cert.pem\";\n key = \"cert.pem\"; };",
	  "msrpd.conf:3: tls.key: cert.pem: there is no private key in it" },
	{ HOST "\ntls: { certificate = \"key.pem\";\n key = \"key.pem\"; };",
	  "msrpd.conf:2: tls.certificate: key.pem: there is no certificate in it" },
	{ HOST "\ntls: { certificate = \"junk.pem\"; key = \"key.pem\"; };",
	  "msrpd.conf:2: tls.certificate: " },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; ca = \"gone.pem\"; };",
	  "msrpd.conf:2: tls.ca: gone.pem: No such file or directory" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\";"
	       " ticket_keys = [ \"tickets\", \"junk.pem\" ]; };",
	  "msrpd.conf:2: tls.ticket_keys[1]: junk.pem:1: is not a key of 48 or 80 octets" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; ca = \"junk.pem\"; };",
	  "msrpd.conf:2: tls.ca: " },
	{ HOST
	  "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; domains = (\n"
	  "{ name = \"example.net\"; certificate = \"other-cert.pem\"; key = \"key.pem\"; } ); };",
	  "msrpd.conf:3: tls.domains[0].key: key.pem: the key does not belong" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; domains = (\n"
	       "{ name = \"example.net\"; certificate = \"other-cert.pem\"; key = "
	       "\"other-key.pem\"; },\n"
	       "{ name = \"Example.NET\"; certificate = \"other-cert.pem\"; key = "
	       "\"other-key.pem\"; } ); };",
	  "msrpd.conf:4: tls.domains[1].name: \"Example.NET\" is given twice with the same kind" },
	{ HOST
	  "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; client_ca = \"junk.pem\"; };",
	  "msrpd.conf:2: tls.client_ca: junk.pem: there is no certificate in it" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; crl = \"ca.pem\"; };",
	  "msrpd.conf:2: tls.crl: ca.pem: there is no list of revoked certificates in it" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; ciphers = \"x\"; };",
	  "msrpd.conf:2: tls.ciphers: \"x\" is not what OpenSSL knows: no cipher match" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; groups = \"x\"; };",
	  "msrpd.conf:2: tls.groups: \"x\" is not what OpenSSL knows: " },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; min_version = \"1.1\"; };",
	  "msrpd.conf:2: tls.min_version: must be one of \"1.2\", \"1.3\"" },
	{ HEAD "listen = ( { dscp = \"AF14\"; } );",
	  "msrpd.conf:2: listen[0].dscp: \"AF14\" is no name of such a value" },
	{ HEAD "outbound: { dscp = 64; };",
	  "msrpd.conf:2: outbound.dscp: 64 is not within 0 and 63" },
	{ HEAD "listen = ( { },\n { transport = \"tcp\"; client_certificate = \"required\"; } );",
	  "msrpd.conf:3: listen[1].client_certificate: \"required\" is for transport = \"tls\"" },
	{ "hostname = \"other.example.com\";\n" TLS,
	  "msrpd.conf:1: hostname: \"other.example.com\" is not named" },
	{ HOST "\ntls: { certificate = \"cert.pem\"; key = \"key.pem\"; domains = (\n"
	       "{ name = \"example.org\"; certificate = \"other-cert.pem\"; key = "
	       "\"other-key.pem\"; } ); };",
	  "msrpd.conf:3: tls.domains[0].name: \"example.org\" is not named" },
	/* users */
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; } ); };",
	  "msrpd.conf:3: auth.users[0].password: is required, or ha1" },
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; password = \"p\"; ha1 = \"" MD5
	       "\"; } ); };",
	  "msrpd.conf:3: auth.users[0].password: and ha1 must not both be given" },
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; ha1_sha256 = \"" MD5 MD5
	       "\"; } ); };",
	  "msrpd.conf:3: auth.users[0].password: is required, or a hash" },
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; ha1 = \"" MD5 "0\"; } ); };",
	  "msrpd.conf:3: auth.users[0].ha1: is not 32 hexadecimal digits" },
	{ HEAD "auth: { users = (\n { name = \"a\"; realm = \"r\"; ha1_sha256 = \"" MD5
	       "\"; } ); };",
	  "msrpd.conf:3: auth.users[0].ha1_sha256: is not 64 hexadecimal digits" },
	{ HEAD "auth: { users = ( { name = \"a:b\"; realm = \"r\"; password = \"p\"; } ); };",
	  "msrpd.conf:2: auth.users[0].name: \"a:b\" must not contain a colon" },
	{ HEAD "auth: { realms = [ \"a\", \"b\", \"a\" ]; };",
	  "msrpd.conf:2: auth.realms[2]: \"a\" is given twice" },
	{ HEAD "auth: { realms = [ \"\" ]; };", "msrpd.conf:2: auth.realms[0]: must not be empty" },
	{ HEAD "auth: { realm = \"a\"; realms = [ \"a\" ]; };",
	  "msrpd.conf:2: auth.realms: and auth.realm must not both be given" },
	{ HEAD "auth: { realms = [ \"a\" ];\nusers = ( { name = \"a\"; realm = \"b\"; "
	       "password = \"p\"; } ); };",
	  "msrpd.conf:3: auth.users[0].realm: \"b\" is not one of auth.realms" },
	{ HEAD "auth: { backend = \"secret\"; };",
	  "msrpd.conf:2: auth.secret.secrets: or files are required" },
	{ HEAD "auth: { backend = \"secret\"; secret: { secrets = [ \"\" ]; }; };",
	  "msrpd.conf:2: auth.secret.secrets[0]: must not be empty" },
	{ HEAD "auth: { backend = \"secret\"; secret: {\nfiles = [ \"gone\" ]; }; };",
	  "msrpd.conf:3: auth.secret.files[0]: gone: No such file" },
	{ HEAD "auth: { backend = \"secret\"; secret: { secrets = [ \"1\", \"2\", \"3\", \"4\", "
	       "\"5\", \"6\", \"7\", \"8\" ];\nfiles = [ \"ca.pem\" ]; }; };",
	  "msrpd.conf:3: auth.secret.files: and secrets are 9 in total" },
	{ HEAD "auth: { backend = \"secret\"; secret: { username = \"user\"; }; };",
	  "msrpd.conf:2: auth.secret.username: must be one of" },
	{ HEAD "auth: { http: { token = \"a b\"; }; };",
	  "msrpd.conf:2: auth.http.token: has characters that are not visible ASCII" },
	{ HEAD "limits: { rate_per_user = 8191; };",
	  "msrpd.conf:2: limits.rate_per_user: must be 0 or at least 8192" },
	{ HEAD
	  "auth: { users = ( { name = \"a\"; realm = \"r\"; password = \"p\"; rate = 1; } ); };",
	  "msrpd.conf:2: auth.users[0].rate: must be 0 or at least 8192" },
	{ HEAD "auth: { http: { cache = 3601; }; };", "msrpd.conf:2: auth.http.cache: " },
	{ HEAD "auth: { http: { connections = 33; }; };", "msrpd.conf:2: auth.http.connections: " },
	{ HEAD "auth: { http: { timeout = 0; }; };", "msrpd.conf:2: auth.http.timeout: " },
	{ HEAD "auth: { sql: { table = \"\"; }; };",
	  "msrpd.conf:2: auth.sql.table: must not be empty" },
	{ HEAD "auth: {\nbackend = \"file\"; };", "msrpd.conf:2: auth.file.path: is required" },
	{ HEAD "auth: { backend = \"file\";\nfile: { path = \"gone\"; }; };",
	  "msrpd.conf:3: auth.file.path: gone: No such file" },
	{ HEAD "auth: { backend = \"file\";\nfile: { path = \"junk.pem\"; }; };",
	  "msrpd.conf:3: auth.file.path: junk.pem:1: is not of the form" },
	{ HEAD "auth: { realm = \"a\\nb\"; };", "msrpd.conf:2: auth.realm: " },
	{ HEAD "auth: { users = ( { name = \"a\"; realm = \"r\"; password = \"p\"; },\n"
	       "{ name = \"b\"; realm = \"r\"; password = \"p\"; },\n"
	       "{ name = \"a\"; realm = \"s\"; password = \"p\"; },\n"
	       "{ name = \"a\"; realm = \"r\"; password = \"q\"; } ); };",
	  "msrpd.conf:5: auth.users[3].name: \"a\" of realm \"r\" is given twice" },
};

START_TEST(a_mistake_is_told_with_file_line_and_key)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config = NULL;

	workdir_write("msrpd.conf", mistakes[_i].text);
	ck_assert_int_eq(config_load("msrpd.conf", workdir_on_error, &complaints, &config),
			 CONFIG_BAD);
	ck_assert_ptr_null(config);
	ck_assert_msg(strncmp(complaints.first, mistakes[_i].want, strlen(mistakes[_i].want)) == 0,
		      "\"%s\" is not \"%s...\"", complaints.first, mistakes[_i].want);
}
END_TEST

START_TEST(all_mistakes_are_told)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config;

	workdir_write("msrpd.conf",
		      "hostname = 7;\nlimits: { connections = 0; foo = 1; };\nbar = 1;\n");
	ck_assert_int_eq(config_load("msrpd.conf", workdir_on_error, &complaints, &config),
			 CONFIG_BAD);
	ck_assert_uint_eq(complaints.n, 4);
	ck_assert_ptr_nonnull(strstr(complaints.all, "msrpd.conf:1: hostname: "));
	ck_assert_ptr_nonnull(strstr(complaints.all, "msrpd.conf:2: limits.connections: "));
	ck_assert_ptr_nonnull(strstr(complaints.all, "msrpd.conf:2: limits.foo: "));
	ck_assert_ptr_nonnull(strstr(complaints.all, "msrpd.conf:3: bar: "));
}
END_TEST

START_TEST(secrets_are_not_told)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config;

	workdir_write(
	    "msrpd.conf",
	    HEAD "auth: { users = ( { name = \"a\"; realm = \"r\"; ha1 = \"5ecre7\"; },\n"
		 "{ name = \"a\"; realm = \"r\"; password = 5; ha1_sha256 = \"5ecre7\"; } ); };");
	ck_assert_int_eq(config_load("msrpd.conf", workdir_on_error, &complaints, &config),
			 CONFIG_BAD);
	ck_assert_uint_eq(complaints.n, 3);
	ck_assert_ptr_null(strstr(complaints.all, "5ecre7"));
}
END_TEST

/* Builds differ in what they have: ./dev test has one without any. */
static void check_built_in(const char *name, const char *settings, bool is_built_in)
{
	struct workdir_complaints complaints = { 0 };
	struct config *config = NULL;
	char text[1024];
	char want[128];
	int err;

	snprintf(text, sizeof(text), HEAD "auth: {\nbackend = \"%s\"; %s };", name, settings);
	snprintf(want, sizeof(want),
		 "msrpd.conf:3: auth.backend: \"%s\" is not built into this msrpd", name);
	workdir_write("msrpd.conf", text);
	err = config_load("msrpd.conf", workdir_on_error, &complaints, &config);
	if (is_built_in) {
		ck_assert_int_eq(err, 0);
		config_free(config);
	} else {
		ck_assert_int_eq(err, CONFIG_BAD);
		ck_assert_str_eq(complaints.first, want);
	}
}

START_TEST(a_database_that_is_not_built_in_is_refused)
{
	enum users_sql_kind kind = (enum users_sql_kind)_i;

	check_built_in(users_sql_name(kind), "sql: { database = \"d\"; };",
		       users_sql_is_built_in(kind));
}
END_TEST

START_TEST(a_web_service_that_is_not_built_in_is_refused)
{
	check_built_in("http", "http: { url = \"https://localhost/\"; };",
		       users_http_is_built_in());
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
	tcase_add_test(tcase, a_web_service_that_is_not_built_in_is_refused);
	tcase_add_loop_test(tcase, a_database_that_is_not_built_in_is_refused, 0, USERS_SQL_KINDS);
	suite_add_tcase(suite, tcase);
	workdir_init(&dir);
	status = support_run(suite);
	workdir_done(&dir);
	return status;
}
