/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies a program's settings for its own URI, after checking that they can be parts of one.
 */
#include "client/link/local.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/reserved.h"

static bool copy_string(const char *string, char **ret_copy)
{
	*ret_copy = string ? strdup(string) : NULL;
	return !string || *ret_copy;
}

/* Whatever the host and port will be: do the other parts make a valid URI? */
static int check_local(const struct msrp_local_uri *local, struct msrp_uri **ret_uri)
{
	struct msrp_uri_parts parts = {
		.host = "192.0.2.1",
		.port = 1,
		.user = local->user,
		.session_id = local->session_id,
		.parameters = local->parameters,
		.n_parameters = local->n_parameters,
	};

	if ((local->user && !*local->user) || (local->session_id && !*local->session_id))
		return -EINVAL;
	return msrp_uri_new(&parts, ret_uri);
}

static int copy_parameters(struct client_local *copy, const struct msrp_local_uri *local)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < local->n_parameters; i++) {
		const struct msrp_parameter *p = &local->parameters[i];

		buf_add_char(&text, ';');
		buf_add_slice(&text, slice_from(p->name));
		if (p->value)
			buf_add_char(&text, '=');
		buf_add_slice(&text, slice_from(p->value));
	}
	copy->parameters = buf_failed(&text) ? NULL : slice_dup(buf_slice(&text));
	buf_done(&text);
	return copy->parameters ? 0 : -ENOMEM;
}

int client_local_copy(struct client_local *copy, const struct msrp_local_uri *local)
{
	static const struct msrp_local_uri defaults;
	int err;

	*copy = (struct client_local){ 0 };
	if (!local)
		local = &defaults;
	if (IS_NEWER(local) || (local->n_parameters > 0 && !local->parameters))
		return -EINVAL;
	err = check_local(local, &copy->parsed);
	if (err)
		return err;
	copy->uri = (struct msrp_local_uri){ .port = local->port, .secure = local->secure };
	if (!copy_string(local->host, &copy->host) || !copy_string(local->user, &copy->user) ||
	    !copy_string(local->session_id, &copy->session_id))
		return -ENOMEM;
	copy->uri.host = copy->host;
	copy->uri.user = copy->user;
	copy->uri.session_id = copy->session_id;
	copy->uri.parameters = msrp_uri_parameters(copy->parsed, &copy->uri.n_parameters);
	return copy_parameters(copy, local);
}

void client_local_done(struct client_local *copy)
{
	free(copy->host);
	free(copy->user);
	free(copy->session_id);
	free(copy->parameters);
	msrp_uri_free(copy->parsed);
	*copy = (struct client_local){ 0 };
}
