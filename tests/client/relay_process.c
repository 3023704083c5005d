/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/relay_process.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_config(struct relay_process *relay, const char *address,
			 const struct support_certificate *certificate)
{
	FILE *f;
	int fd;

	snprintf(relay->config, sizeof(relay->config), "/tmp/msrp-test-relay-XXXXXX");
	fd = mkstemp(relay->config);
	ck_assert_int_ge(fd, 0);
	f = fdopen(fd, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f,
		"hostname = \"localhost\"; drain: { timeout = 0; };\n"
		"listen = ( { address = \"%s\"; port = 0; transport = \"%s\"; } );\n"
		"auth: { allow_without_tls = %s; users = ( { name = \"" RELAY_USER
		"\"; realm = \"" RELAY_DOMAIN "\"; password = \"" RELAY_PASSWORD "\"; } ); };\n",
		address, certificate ? "tls" : "tcp", certificate ? "false" : "true");
	if (certificate)
		fprintf(f, "tls: { certificate = \"%s\"; key = \"%s\"; };\n",
			certificate->certificate, certificate->key);
	ck_assert_int_eq(fclose(f), 0);
}

static void run(const struct relay_process *relay, int out)
{
	const char *program = getenv("MSRPD");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(out, STDERR_FILENO);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("JOURNAL_STREAM");
	execlp(program ? program : "msrpd", "msrpd", "-c", relay->config, NULL);
	_exit(127);
}

/* "listening on ADDRESS:PORT (tls)" */
static uint16_t read_port(int log)
{
	char line[512];
	FILE *f = fdopen(dup(log), "r");
	unsigned port = 0;

	ck_assert_ptr_nonnull(f);
	setvbuf(f, NULL, _IONBF, 0);
	while (port == 0 && fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, "listening on ");
		const char *end = at ? strstr(at, " (t") : NULL;

		while (end && end > at && end[-1] != ':')
			end--;
		if (end)
			port = (unsigned)strtoul(end, NULL, 10);
	}
	ck_assert_msg(port != 0, "msrpd has not come up");
	fclose(f);
	return (uint16_t)port;
}

void relay_start(struct relay_process *relay, const char *address,
		 const struct support_certificate *certificate)
{
	int out[2];

	write_config(relay, address, certificate);
	ck_assert_int_eq(pipe(out), 0);
	relay->pid = fork();
	ck_assert_int_ge(relay->pid, 0);
	if (relay->pid == 0)
		run(relay, out[1]);
	close(out[1]);
	relay->log = out[0];
	relay->port = read_port(relay->log);
}

void relay_stop(struct relay_process *relay)
{
	int status;

	kill(relay->pid, SIGTERM);
	ck_assert_int_eq(waitpid(relay->pid, &status, 0), relay->pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "msrpd ended with %d", status);
	close(relay->log);
	unlink(relay->config);
}
