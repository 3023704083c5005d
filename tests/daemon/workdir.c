/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/workdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {
	"cert.pem", "key.pem", "other-cert.pem", "other-key.pem", "ca.pem",
	"junk.pem", "tickets", "msrpd.conf",	 "included.conf", "shipped.conf",
};

static void need(int failed)
{
	if (failed)
		abort();
}

void workdir_init(struct workdir *dir)
{
	struct support_certificate certificate;
	struct support_certificate other;

	snprintf(dir->path, sizeof(dir->path), "/tmp/msrpd-test-XXXXXX");
	need(!mkdtemp(dir->path));
	need(chdir(dir->path));
	dir->ca = support_ca_new();
	support_ca_issue(dir->ca, "DNS:relay.example.com,DNS:3.relay-1.example.com,DNS:localhost",
			 0, &certificate);
	support_ca_issue(dir->ca, "DNS:example.net,DNS:relay.example.net", 0, &other);
	need(symlink(certificate.certificate, "cert.pem"));
	need(symlink(certificate.key, "key.pem"));
	need(symlink(other.certificate, "other-cert.pem"));
	need(symlink(other.key, "other-key.pem"));
	need(symlink(support_ca_file(dir->ca), "ca.pem"));
	workdir_write("junk.pem", "this is no certificate\n");
	workdir_write("tickets", "a ticket key of the length of 48 octets, is this");
}

void workdir_done(struct workdir *dir)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	need(chdir("/"));
	need(rmdir(dir->path));
	support_ca_free(dir->ca);
}

void workdir_write(const char *name, const char *content)
{
	FILE *stream = fopen(name, "we");

	need(!stream);
	need(fputs(content, stream) < 0);
	need(fclose(stream));
}

void workdir_on_error(const char *text, void *arg)
{
	struct workdir_complaints *complaints = arg;
	size_t len = strlen(complaints->all);

	if (complaints->n++ == 0)
		snprintf(complaints->first, sizeof(complaints->first), "%s", text);
	snprintf(complaints->all + len, sizeof(complaints->all) - len, "%s\n", text);
}
