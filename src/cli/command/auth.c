/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * msrp auth: authenticates at a relay, prints the path that it hands out, and exits. With --repeat
 * probe.c takes over.
 */
#include "cli/app/app.h"

#include <stdio.h>
#include <string.h>

#include "cli/terminal/say.h"

static void on_auth_prepared(struct cli_app *app, const char *local_path)
{
	const char *own = strrchr(local_path, ' '); /* the relay's URIs precede it */
	unsigned expires = msrp_connector_expires(app->connector);

	printf("%.*s\n", own ? (int)(own - local_path) : (int)strlen(local_path), local_path);
	if (expires)
		printf("expires in %u s\n", expires);
	cli_end(app, CLI_OK);
}

int cli_auth(struct cli_options *options)
{
	struct cli_app app = { .options = *options, .prepared = on_auth_prepared };

	if (!options->username || options->n_arguments > 0) {
		cli_error("usage: msrp auth --user NAME@DOMAIN [--relay HOST[:PORT]]");
		cli_options_done(options);
		return options->repeat ? cli_probe_unknown() : (int)CLI_USAGE;
	}
	if (options->repeat)
		return cli_probe(options);
	return cli_run(&app, MSRP_MODE_ACTIVE);
}
