/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/config/config_doubt.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

enum {
	DAY_S = 24 * 60 * 60,
	SOON_DAYS = 14, /* certificates are renewed 30 days before, so that somebody has noticed */
	TEXT_MAX = PATH_MAX + 256,
	KEY_MAX_LEN = 64,
};

struct doubting {
	const struct config *config;
	int64_t now_s;
	config_error_fn on_doubt;
	void *arg;
};

static void doubt(const struct doubting *d, const char *key, const char *file, const char *what)
{
	char text[TEXT_MAX + KEY_MAX_LEN];

	snprintf(text, sizeof(text), "%s%s%s: %s", key, *key ? ": " : "", file, what);
	d->on_doubt(text, d->arg);
}

static void doubt_validity(const struct doubting *d, const char *key, const char *file,
			   const struct net_tls_validity *validity)
{
	bool early = d->now_s < validity->from_s;
	time_t at = (time_t)(early ? validity->from_s : validity->until_s);
	char what[128], date[32] = "";
	struct tm tm;

	if (gmtime_r(&at, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", &tm);
	if (early)
		snprintf(what, sizeof(what), "the certificate is not valid before %s", date);
	else if (d->now_s > validity->until_s)
		snprintf(what, sizeof(what), "the certificate has expired on %s", date);
	else if (validity->until_s - d->now_s < SOON_DAYS * DAY_S)
		snprintf(what, sizeof(what), "the certificate expires on %s", date);
	else
		return;
	doubt(d, key, file, what);
}

static void doubt_certificates(const struct doubting *d, const struct net_tls *tls)
{
	struct net_tls_validity validity;
	char key[KEY_MAX_LEN];

	if (net_tls_validity(tls, 0, &validity))
		doubt_validity(d, "tls.certificate", d->config->tls.certificate, &validity);
	for (size_t i = 0; i < d->config->tls.n_domains; i++) {
		snprintf(key, sizeof(key), "tls.domains[%zu].certificate", i);
		if (net_tls_validity(tls, i + 1, &validity))
			doubt_validity(d, key, d->config->tls.domain[i].certificate, &validity);
	}
}

static void doubt_mode(const struct doubting *d, const char *key, const char *file)
{
	struct stat status;

	if (*file && stat(file, &status) == 0 && status.st_mode & S_IROTH)
		doubt(d, key, file, "everybody may read what is secret in it: chmod o-r");
}

static bool has_secrets(const struct config *config)
{
	return config->auth.n_users > 0 || config->auth.secret.secrets.n > 0 ||
	       *config->auth.sql.password;
}

static void doubt_modes(const struct doubting *d, const char *file)
{
	const struct config *config = d->config;
	char key[KEY_MAX_LEN];

	if (has_secrets(config))
		doubt_mode(d, "", file);
	doubt_mode(d, "tls.key", config->tls.key);
	for (size_t i = 0; i < config->tls.n_domains; i++) {
		snprintf(key, sizeof(key), "tls.domains[%zu].key", i);
		doubt_mode(d, key, config->tls.domain[i].key);
	}
	for (size_t i = 0; i < config->auth.secret.files.n; i++) {
		snprintf(key, sizeof(key), "auth.secret.files[%zu]", i);
		doubt_mode(d, key, config->auth.secret.files.item[i]);
	}
	doubt_mode(d, "auth.sql.password_file", config->auth.sql.password_file);
	doubt_mode(d, "auth.file.path", config->auth.file_path);
}

void config_doubt(const struct config *config, const char *file, const struct net_tls *tls,
		  int64_t now_s, config_error_fn on_doubt, void *arg)
{
	struct doubting d = { config, now_s, on_doubt, arg };

	if (tls)
		doubt_certificates(&d, tls);
	doubt_modes(&d, file);
}

int64_t config_valid_until_s(const struct net_tls *tls)
{
	struct net_tls_validity validity;
	int64_t until_s = INT64_MAX;

	for (size_t i = 0; net_tls_validity(tls, i, &validity); i++)
		if (validity.until_s < until_s)
			until_s = validity.until_s;
	return until_s;
}
