/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The events of the log, one row each, and the only place that describes them. Records, tally,
 * metrics and the relay's events are made from this table, and the test "catalog" compares the
 * journal's catalog with it.
 */
#ifndef DAEMON_LOG_RECORD_TYPES_H
#define DAEMON_LOG_RECORD_TYPES_H

enum {
	/* Instead of an event of the relay: the daemon itself writes the record. */
	RECORD_OF_DAEMON = -1,

	/*
	 * Lines of one cause in a minute: all, if only an authenticated party can cause them; or a
	 * few, enough to see what goes on, and for tools that count failures.
	 */
	RECORD_ALL = 0,
	RECORD_FEW = 5,
};

/*
 * X(type, event of the relay, level, lines,
 *   MESSAGE_ID, name in the metrics or NULL,
 *   words)
 *
 * A MESSAGE_ID is made once, by "systemd-id128 new", and never changes, because operators attach
 * rules to it. The words begin the line; a final colon announces more.
 */
/* clang-format off */
#define RECORD_TYPES(X) \
	X(RECORD_VERSION, RECORD_OF_DAEMON, RECORD_INFO, RECORD_ALL, \
	  "818e9c0d25c9995d460e2079742fd55b", NULL, \
	  "starting msrpd") \
	X(RECORD_LISTENING, RECORD_OF_DAEMON, RECORD_INFO, RECORD_ALL, \
	  "00799aced736d30a6f9f6ccf31043906", NULL, \
	  "listening on") \
	X(RECORD_NOT_LISTENING, RECORD_OF_DAEMON, RECORD_INFO, RECORD_ALL, \
	  "15bd400a963912e9743bc6c3703325b5", NULL, \
	  "no longer listening on") \
	X(RECORD_NO_IPV6, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_ALL, \
	  "7038f2a6b14e43c182b6e1cf58c0c0c5", NULL, \
	  "this machine has no IPv6, listening on IPv4 alone:") \
	X(RECORD_SOCKET_UNUSED, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_ALL, \
	  "f4fdffa6dba61c63579272a3ecd814ae", NULL, \
	  "no listener uses a socket passed by systemd:") \
	X(RECORD_CANNOT_START, RECORD_OF_DAEMON, RECORD_ERROR, RECORD_ALL, \
	  "a6549d1492b22d6074d556762c23e8d8", NULL, \
	  "cannot start:") \
	X(RECORD_BAD_CONFIG, RECORD_OF_DAEMON, RECORD_ERROR, RECORD_ALL, \
	  "89924157b5b067c5c601b242947a8dbd", NULL, \
	  "bad configuration:") \
	X(RECORD_ADVICE, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_ALL, \
	  "aece83cba9404e9e8d4d0df394d77d75", NULL, \
	  "check the configuration:") \
	X(RECORD_STOPPING, RECORD_OF_DAEMON, RECORD_INFO, RECORD_ALL, \
	  "07714df9f34e20bc6b3102c4b60cb0e6", NULL, \
	  "stopping:") \
	X(RECORD_STOPPED, RECORD_OF_DAEMON, RECORD_INFO, RECORD_ALL, \
	  "38e9924fc88031bb3c540b88045e3f64", NULL, \
	  "stopped") \
	X(RECORD_DRAINING, RECORD_OF_DAEMON, RECORD_NOTICE, RECORD_ALL, \
	  "b5a4ccfb058243c3921b950821311dea", NULL, \
	  "draining:") \
	X(RECORD_RELOADED, RECORD_OF_DAEMON, RECORD_NOTICE, RECORD_ALL, \
	  "c4e6c0be0c9a42748c3c97bfcd3730d4", NULL, \
	  "reloaded:") \
	X(RECORD_NOT_RELOADED, RECORD_OF_DAEMON, RECORD_ERROR, RECORD_ALL, \
	  "a6e6fc991ab2f6073bfce5a3f26a6bf9", NULL, \
	  "not reloaded:") \
	X(RECORD_NEEDS_RESTART, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_ALL, \
	  "15f392fe00a9c86d986943fba458f41a", NULL, \
	  "changed, but used only after a restart:") \
	X(RECORD_FEW_DESCRIPTORS, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_ALL, \
	  "ee88247467b38f6e59a92c73f17bd8ee", NULL, \
	  "too few descriptors:") \
	X(RECORD_WORKERS_LOST, RECORD_OF_DAEMON, RECORD_ERROR, RECORD_ALL, \
	  "c779c5c3158851b97ab7a1b6a3758d40", NULL, \
	  "a worker does not answer:") \
	X(RECORD_WORKERS_BACK, RECORD_OF_DAEMON, RECORD_NOTICE, RECORD_ALL, \
	  "4ec1638dc6dcf56de954ee0f5c5d8aaf", NULL, \
	  "all workers answer again:") \
	X(RECORD_USERS_CHANGED, RECORD_OF_DAEMON, RECORD_INFO, RECORD_ALL, \
	  "1cfbfe11ddfa58b79b15140a98b73ba7", NULL, \
	  "users reloaded:") \
	X(RECORD_USERS_BAD, RECORD_OF_DAEMON, RECORD_ERROR, RECORD_ALL, \
	  "7604572eb5aaacb1a8295a7bc692737f", NULL, \
	  "users not reloaded:") \
	X(RECORD_USERS_LOST, RECORD_OF_DAEMON, RECORD_ERROR, RECORD_ALL, \
	  "a6fd1449c84ddaf2472518c12cd37511", NULL, \
	  "users cannot be looked up:") \
	X(RECORD_USERS_BACK, RECORD_OF_DAEMON, RECORD_NOTICE, RECORD_ALL, \
	  "5ca9f489689f0868ae0dc28579705b7c", NULL, \
	  "users can be looked up again:") \
	X(RECORD_ACCEPT_FAILED, RECORD_OF_DAEMON, RECORD_ERROR, 1, \
	  "1fb5bee3571a7c1a921328b3acad1f03", "accept_failed", \
	  "cannot accept connections:") \
	X(RECORD_CONNECTIONS_REFUSED, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_ALL, \
	  "577e9bfff41bfda93e2bbc5b541df7dc", NULL, \
	  "connections refused:") \
	X(RECORD_PROXY_REFUSED, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_FEW, \
	  "7490fed9d52245c5bfcbc84404ec3822", "proxy_refused", \
	  "PROXY protocol violated") \
	X(RECORD_CONNECTION_CLOSED, RECORD_OF_DAEMON, RECORD_DEBUG, RECORD_ALL, \
	  "8e11e767798e79da6f68122b95db0687", NULL, \
	  "connection closed") \
	X(RECORD_SESSION_OPENED, RELAY_SESSION_OPENED, RECORD_INFO, RECORD_ALL, \
	  "7bd2f4683b465e1ef1872f414335860d", "session_opened", \
	  "session opened") \
	X(RECORD_SESSION_RENEWED, RELAY_SESSION_RENEWED, RECORD_DEBUG, RECORD_ALL, \
	  "765ea97018918285120960233dade954", "session_renewed", \
	  "session renewed") \
	X(RECORD_SESSION_ENDED, RELAY_SESSION_ENDED, RECORD_INFO, RECORD_ALL, \
	  "9c9ea9a24d890a999e5c6a91a7850a99", "session_ended", \
	  "session ended") \
	X(RECORD_AUTH_FAILED, RELAY_AUTH_FAILED, RECORD_NOTICE, RECORD_FEW, \
	  "d659b2e5b0214e8c6c7cd2e99c79f6ca", "auth_failed", \
	  "authentication failed") \
	X(RECORD_BAD_REQUEST, RELAY_BAD_REQUEST, RECORD_INFO, RECORD_FEW, \
	  "381bf10b0bc2d250f0fbcbd4f77c5182", "bad_request", \
	  "bad request") \
	X(RECORD_REFUSED, RELAY_REFUSED, RECORD_INFO, RECORD_FEW, \
	  "b316feaa4afbbe6335d7748541197a60", "request_refused", \
	  "request refused") \
	X(RECORD_NEXT_HOP_FAILED, RELAY_NEXT_HOP_FAILED, RECORD_INFO, RECORD_FEW, \
	  "12544ee4dc4969ef8e5580ee561f8a2a", "next_hop_failed", \
	  "next hop failed") \
	X(RECORD_NOT_DELIVERED, RELAY_NOT_DELIVERED, RECORD_DEBUG, RECORD_FEW, \
	  "9cb6c3738de23f0b9051d7c9b4df585d", "not_delivered", \
	  "message not delivered") \
	X(RECORD_TIMED_OUT, RELAY_TIMED_OUT, RECORD_INFO, 1, \
	  "15ca7c75026543d0e77a46c4956eb71b", "timed_out", \
	  "connection timed out") \
	X(RECORD_MADE_ROOM, RELAY_MADE_ROOM, RECORD_WARNING, 1, \
	  "d74b54878078008610b7aa392bbda416", "made_room", \
	  "connection closed to make room") \
	X(RECORD_AUTH_RIGHT, RELAY_AUTH_RIGHT, RECORD_NOTICE, RECORD_FEW, \
	  "00fa31e2101751cfc25956180a583a73", "auth_succeeded_after_failures", \
	  "authentication succeeded after failures") \
	X(RECORD_AUTH_PAUSED, RELAY_AUTH_PAUSED, RECORD_WARNING, RECORD_FEW, \
	  "388a49985e429ad75731b7e338bbdaa6", "auth_paused", \
	  "authentication paused") \
	X(RECORD_AUTH_RESUMED, RECORD_OF_DAEMON, RECORD_NOTICE, RECORD_FEW, \
	  "69b82e6c9bc97db86a9b358863167286", NULL, \
	  "authentication resumed") \
	X(RECORD_CLAIMED, RELAY_CLAIMED, RECORD_NOTICE, RECORD_FEW, \
	  "0ead84e15d924ac482bd6107f89dbdfd", "claimed", \
	  "two strangers claim one URI") \
	X(RECORD_CALL_ENDED, RELAY_CALL_ENDED, RECORD_INFO, RECORD_ALL, \
	  "e2084e0878694da1a43b67264db6c096", "call_ended", \
	  "call ended") \
	X(RECORD_COMMAND, RECORD_OF_DAEMON, RECORD_NOTICE, RECORD_ALL, \
	  "b7f4ae13add95b7910fa31653608e9a7", NULL, \
	  "command:") \
	X(RECORD_TRACE, RECORD_OF_DAEMON, RECORD_NOTICE, RECORD_ALL, \
	  "db0eb1576f8f5b3dbd4591f3668971aa", NULL, \
	  "trace:") \
	X(RECORD_ADMIN_REFUSED, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_FEW, \
	  "59233f40cc941db54b1bed9a236565b7", "admin_refused", \
	  "refused at the admin socket:") \
	X(RECORD_CONTROL_STRANGER, RECORD_OF_DAEMON, RECORD_WARNING, RECORD_FEW, \
	  "217f969a5c424b8cabdd58607e6776a2", "control_stranger", \
	  "not allowed at the control socket:") \
	X(RECORD_CONTROL_REFUSED, RECORD_OF_DAEMON, RECORD_NOTICE, RECORD_FEW, \
	  "2c509738c78e484090bf4198bbb8b105", "control_refused", \
	  "refused at the control socket:")
/* clang-format on */

#endif
