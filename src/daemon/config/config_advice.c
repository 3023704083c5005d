/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Examines the files that a configuration names: certificates that expire soon, secrets that others
 * may read, paths that the service cannot see.
 */
#include "daemon/config/config_advice.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/slice.h"
#include "daemon/config/config_file.h"

enum {
	DAY_S = 24 * 60 * 60,
	SOON_DAYS = 14, /* certificates are renewed 30 days before they expire */
	LINE_MAX_LEN = PATH_MAX + 2 * CONFIG_KEY_MAX,
};

struct advice {
	config_error_fn fn;
	void *arg;
};

/* "tls.key: /etc/key.pem: WHAT"; KEY is "" for the configuration itself. */
static void advise(const struct advice *advice, const char *key, const char *file, const char *what)
{
	char line[LINE_MAX_LEN];

	snprintf(line, sizeof(line), "%s%s%s: %s", key, *key ? ": " : "", file, what);
	advice->fn(line, advice->arg);
}

/* ---- certificates ---- */

static void check_validity(const struct advice *advice, const char *key, const char *file,
			   const struct net_tls_validity *validity, int64_t now_s)
{
	bool early = now_s < validity->from_s;
	time_t at = (time_t)(early ? validity->from_s : validity->until_s);
	char what[128], date[32] = "";
	struct tm tm;

	if (gmtime_r(&at, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", &tm);
	if (early)
		snprintf(what, sizeof(what), "the certificate is not valid before %s", date);
	else if (now_s > validity->until_s)
		snprintf(what, sizeof(what), "the certificate expired on %s", date);
	else if (validity->until_s - now_s < SOON_DAYS * DAY_S)
		snprintf(what, sizeof(what), "the certificate expires on %s", date);
	else
		return;
	advise(advice, key, file, what);
}

static void check_crl(const struct advice *advice, const struct config *config, int64_t now_s)
{
	if (!*config->tls.crl)
		return;
	if (config->tls.crl_until_s < now_s)
		advise(advice, "tls.crl", config->tls.crl,
		       "a list of revoked certificates is out of date, so that no certificate of "
		       "its authority verifies");
	else if (config->tls.crl_until_s - now_s < DAY_S)
		advise(advice, "tls.crl", config->tls.crl,
		       "a list of revoked certificates is out of date within a day");
}

static void check_certificates(const struct advice *advice, const struct config *config,
			       int64_t now_s)
{
	char key[CONFIG_KEY_MAX];

	if (*config->tls.certificate)
		check_validity(advice, "tls.certificate", config->tls.certificate,
			       &config->tls.validity, now_s);
	for (size_t i = 0; i < config->tls.n_domains; i++) {
		const struct config_domain *domain = &config->tls.domain[i];

		snprintf(key, sizeof(key), "tls.domains[%zu].certificate", i);
		check_validity(advice, key, domain->certificate, &domain->validity, now_s);
	}
}

/* ---- files ---- */

static void check_mode(const struct advice *advice, const char *key, const char *file)
{
	struct stat status;

	if (stat(file, &status) == 0 && status.st_mode & S_IROTH)
		advise(advice, key, file,
		       "contains secrets, but is readable by everybody: chmod o-r");
}

static void check_secret(void *arg, const char *key, const char *path, enum config_file_kind kind)
{
	if (kind == CONFIG_SECRET_FILE)
		check_mode(arg, key, path);
}

/* Then anybody could claim any address. */
static void check_proxies(const struct config *config, config_error_fn fn, void *arg)
{
	char line[LINE_MAX_LEN];

	for (size_t i = 0; i < config->n_listen; i++) {
		const struct config_strings *from = &config->listen[i].proxy_from;

		for (size_t n = 0; n < from->n; n++) {
			if (!slice_equal(
				slice_skip(slice_from(from->item[n]), strcspn(from->item[n], "/")),
				SLICE("/0")))
				continue;
			snprintf(
			    line, sizeof(line),
			    "listen[%zu].proxy_from: with \"%s\" everybody may claim any address",
			    i, from->item[n]);
			fn(line, arg);
		}
	}
}

static bool has_secrets(const struct config *config)
{
	return config->auth.n_users > 0 || config->auth.secret.secrets.n > 0 ||
	       *config->auth.sql.password || *config->auth.http.token;
}

void config_advise(const struct config *config, const char *file, int64_t now_s, config_error_fn fn,
		   void *arg)
{
	struct advice advice = { fn, arg };

	if (config->auth.backend == CONFIG_BACKEND_USERS && config->auth.n_users == 0)
		fn("auth.users: no users, so nobody can authenticate", arg);
	check_certificates(&advice, config, now_s);
	check_crl(&advice, config, now_s);
	check_proxies(config, fn, arg);
	if (has_secrets(config))
		check_mode(&advice, "", file);
	config_each_file(config, check_secret, &advice);
}

/* ---- the service ---- */

/* Hidden by ProtectHome=yes, see systemd.exec(5). */
static bool is_hidden(const char *path)
{
	static const char *const hidden[] = { "/home/", "/root/", "/run/user/" };

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (strncmp(path, hidden[i], strlen(hidden[i])) == 0)
			return true;
	return false;
}

/* If PATH is a link, its target counts too. */
static void check_place(void *arg, const char *key, const char *path, enum config_file_kind kind)
{
	char real[PATH_MAX] = "";

	if (!realpath(path, real))
		real[0] = '\0';
	if (is_hidden(path) || is_hidden(real))
		advise(arg, key, is_hidden(path) ? path : real,
		       "msrpd.service cannot see /home, /root and /run/user; see "
		       "\"Credentials\" in msrpd(8)");
}

void config_advise_service(const struct config *config, config_error_fn fn, void *arg)
{
	struct advice advice = { fn, arg };

	config_each_file(config, check_place, &advice);
}
