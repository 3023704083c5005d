/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The places where the admin socket, metrics and health listen: checks before a reload that each
 * place is available, so that a failed reload changes none of them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/app/app_state.h"
#include "daemon/config/listen_text.h"
#include "daemon/serve/server.h"

void app_admin_path(const struct config *config, char path[APP_PATH_MAX])
{
	const char *runtime =
	    getenv("RUNTIME_DIRECTORY"); /* systemd.exec(5): the first of a list */
	int len = runtime ? (int)strcspn(runtime, ":") : 0;

	path[0] = '\0';
	if (*config->admin.socket && strcmp(config->admin.socket, "none") != 0)
		snprintf(path, APP_PATH_MAX, "%s", config->admin.socket);
	else if (!*config->admin.socket && len > 0)
		snprintf(path, APP_PATH_MAX, "%.*s/control", len, runtime);
}

/* The place of each that CONFIG names, in the order of enum app_place. */
static void find_places(const struct config *config, struct app_places *ret_places)
{
	char path[APP_PATH_MAX];
	char(*at)[APP_PLACE_MAX] = ret_places->at;

	snprintf(at[APP_METRICS], APP_PLACE_MAX, "%s", config->metrics.listen);
	snprintf(at[APP_HEALTH], APP_PLACE_MAX, "%s", config->health.listen);
	app_admin_path(config, path);
	snprintf(at[APP_ADMIN], APP_PLACE_MAX, "%s%s", *path ? "unix:" : "", path);
	for (size_t i = 0; i < CONFIG_CONTROL_LISTEN_MAX; i++)
		snprintf(at[APP_CONTROL + i], APP_PLACE_MAX, "%s",
			 i < config->anchor.control.listen.n ? config->anchor.control.listen.item[i]
							     : "");
}

/* UDP and TCP have ports of their own. */
static bool is_udp(size_t place)
{
	return place >= APP_CONTROL;
}

void app_note_places(struct app *app)
{
	find_places(app->snapshot->config, &app->places);
}

/* Does a restart move another of our places, of PLACE's transport, away from this port? */
static bool is_moved(const struct app *app, const struct app_places *next, size_t place,
		     const struct net_address *address)
{
	for (size_t i = 0; i < APP_PLACES; i++) {
		const char *text = app->places.at[i];
		const char *path;
		struct net_address now;

		if (is_udp(i) == is_udp(place) && strcmp(text, next->at[i]) != 0 && *text &&
		    listen_text_parse(text, &path, &now) == 0 && !path &&
		    net_address_port(&now) == net_address_port(address))
			return true;
	}
	return false;
}

/* Does CHANGE close a listener at this port? */
static bool is_left(const struct app *app, const struct change *change,
		    const struct net_address *address)
{
	const struct snapshot *before = app->snapshot;

	for (size_t old = 0; old < before->config->n_listen; old++) {
		bool kept = false;

		for (size_t i = 0; i < change->n_listeners; i++)
			kept |= change->kept[i] == (int)old;
		if (!kept &&
		    net_address_port(&before->listener[old].address) == net_address_port(address))
			return true;
	}
	return false;
}

static int bind_udp(const struct net_address *address, int *ret_fd)
{
	int fd = socket(address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (bind(fd, &address->any, address->len) != 0) {
		int err = -errno;

		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

/* *RET_FD: the socket that holds the place until all are bound, or -1. */
static int try_place(const struct app *app, const struct change *change,
		     const struct app_places *next, size_t place, int *ret_fd)
{
	struct net_address address;
	const char *path;
	int err = listen_text_parse(next->at[place], &path, &address);

	if (err)
		return err;
	if (path)
		return server_try_path(path);
	err = is_udp(place) ? bind_udp(&address, ret_fd)
			    : net_listener_open(&address, NET_SHARED_BY_NOBODY, ret_fd);
	if (err == -EADDRINUSE && (is_moved(app, next, place, &address) ||
				   (!is_udp(place) && is_left(app, change, &address))))
		return 0;
	return err;
}

static bool is_taken_by_us(const struct app *app, size_t place, const char *text)
{
	for (size_t i = 0; i < APP_PLACES; i++)
		if (is_udp(i) == is_udp(place) && strcmp(app->places.at[i], text) == 0)
			return true;
	return false;
}

static int fail_at(struct app *app, size_t place, const char *text, int err)
{
	static const char *const keys[] = {
		[APP_METRICS] = "metrics.listen",
		[APP_HEALTH] = "health.listen",
		[APP_ADMIN] = "admin.socket",
		[APP_CONTROL] = "anchor.control.listen",
	};
	char what[APP_PLACE_MAX + 32];

	snprintf(what, sizeof(what), "%s: %s", keys[is_udp(place) ? APP_CONTROL : place], text);
	return app_fail(app, err, what, NULL);
}

int app_try_places(struct app *app, const struct change *change)
{
	struct app_places next;
	int fd[APP_PLACES];
	int err = 0;

	for (size_t i = 0; i < APP_PLACES; i++)
		fd[i] = -1;
	find_places(change->next->config, &next);
	for (size_t i = 0; i < APP_PLACES && !err; i++) {
		const char *text = next.at[i];

		if (!*text || is_taken_by_us(app, i, text))
			continue;
		err = try_place(app, change, &next, i, &fd[i]);
		if (err)
			fail_at(app, i, text, err);
	}
	for (size_t i = 0; i < APP_PLACES; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	return err;
}
