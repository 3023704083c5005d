/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "users/file.h"

/*
 * A file of users, and after a byte of 0 its contents at the next look. Compares the results with
 * those of a reader that takes each line by itself and assumes that it is correct.
 */

enum {
	MD5_HEX = 32,
	SHA256_HEX = 64,
	SAID_MAX = 11,	/* mistakes reported for one file, and a line for the others */
	USERS_MAX = 64, /* users of the file that are looked up */
};

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void check(bool holds)
{
	if (!holds)
		abort();
}

struct said {
	const char *path;
	size_t n_lines;
	size_t n;
};

/* TEXT is "PATH:LINE: ...", and LINE exists. */
static void on_say(void *arg, const char *text)
{
	struct said *said = arg;
	size_t path_len = strlen(said->path);
	unsigned long line;
	char *end;

	check(strncmp(text, said->path, path_len) == 0 && text[path_len] == ':');
	line = strtoul(text + path_len + 1, &end, 10);
	check(strncmp(end, ": ", 2) == 0 && line >= 1 && line <= said->n_lines);
	check(!strpbrk(text, "\r\n"));
	check(++said->n <= SAID_MAX);
}

static size_t count_lines(struct slice text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

/* Takes the first line with a user off REST. False: there is none left. */
static bool next_user(struct slice *rest, struct slice *ret_line)
{
	while (rest->len > 0) {
		size_t end = slice_find(*rest, '\n');
		struct slice line = slice_first(*rest, end);

		*rest = slice_skip(*rest, end < rest->len ? end + 1 : end);
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0 && line.p[0] != '#') {
			*ret_line = line;
			return true;
		}
	}
	return false;
}

struct user {
	struct slice name, realm;
	struct slice ha1[MSRP_DIGEST_COUNT];
};

static struct slice take_field(struct slice *line)
{
	struct slice field = slice_from(NULL);

	for (size_t i = line->len; i-- > 0;) {
		if (line->p[i] != ':')
			continue;
		field = slice_skip(*line, i + 1);
		line->len = i;
		break;
	}
	return field;
}

static struct user take_apart(struct slice line)
{
	struct user user = { 0 };

	user.ha1[MSRP_DIGEST_MD5] = take_field(&line);
	if (user.ha1[MSRP_DIGEST_MD5].len == SHA256_HEX) {
		user.ha1[MSRP_DIGEST_SHA256] = user.ha1[MSRP_DIGEST_MD5];
		user.ha1[MSRP_DIGEST_MD5] = take_field(&line);
	}
	user.name = slice_first(line, slice_find(line, ':'));
	check(user.name.len > 0 && user.name.len < line.len);
	user.realm = slice_skip(line, user.name.len + 1);
	return user;
}

struct wanted {
	const struct user *user;
	enum msrp_digest_algorithm algorithm;
	bool known;
	unsigned n;
};

static void on_found(void *arg, const struct msrp_ha1_answer *answer)
{
	struct wanted *wanted = arg;
	struct slice ha1 = wanted->user->ha1[wanted->algorithm];

	wanted->n++;
	if (!wanted->known || ha1.len == 0) {
		check(answer->result == MSRP_HA1_UNKNOWN);
		return;
	}
	check(answer->result == MSRP_HA1_FOUND && answer->n_ha1 == 1);
	check(answer->ha1->len == (wanted->algorithm == MSRP_DIGEST_MD5 ? MD5_HEX : SHA256_HEX));
	check(answer->ha1->len == ha1.len);
	for (size_t i = 0; i < ha1.len; i++)
		check(answer->ha1->p[i] == ascii_lower(ha1.p[i]) && ascii_hex_value(ha1.p[i]) >= 0);
}

static void look_for(struct users *users, const struct user *user, bool known)
{
	for (int i = 0; i < MSRP_DIGEST_COUNT; i++) {
		struct users_question question = { user->name, user->realm, i, .renewal = false };
		struct wanted wanted = { user, i, known, 0 };

		users_find(users, NULL, &question, on_found, &wanted);
		check(wanted.n == 1);
	}
}

/* With one octet more in its name, which no user has. */
static void look_for_nobody(struct users *users, struct user user)
{
	char *name = malloc(user.name.len + 1);

	check(name);
	memcpy(name, user.name.p, user.name.len);
	name[user.name.len] = '\0';
	user.name = slice_make(name, user.name.len + 1);
	look_for(users, &user, false);
	free(name);
}

/* USERS has the users in TEXT, and nobody else. */
static void check_users(struct users *users, struct slice text)
{
	struct slice line;
	size_t n = 0;

	while (next_user(&text, &line)) {
		struct user user;

		if (++n > USERS_MAX)
			continue;
		user = take_apart(line);
		look_for(users, &user, true);
		look_for_nobody(users, user);
	}
	check(users_file_count(users) == n);
}

/* Each text is a second newer than the one before, because changes are recognised by time. */
static void put(int fd, struct slice text, time_t at)
{
	struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };

	check(ftruncate(fd, 0) == 0);
	check(pwrite(fd, text.p, text.len, 0) == (ssize_t)text.len);
	check(futimens(fd, times) == 0);
}

static void play(int fd, const char *path, struct slice first, struct slice second)
{
	static const uint8_t seed[SIPHASH_KEY_LEN] = "as good as any";
	struct said said = { .path = path, .n_lines = count_lines(first) };
	struct users *users = NULL;
	int err;

	put(fd, first, 1);
	err = users_file_new(path, seed, on_say, &said, &users);
	check(err == (said.n > 0 ? USERS_BAD : 0));
	if (err)
		return;
	check_users(users, first);
	check(users_refresh(users, on_say, &said) == USERS_SAME);
	put(fd, second, 2);
	said.n_lines = count_lines(second);
	err = users_refresh(users, on_say, &said);
	check(err == (said.n > 0 ? USERS_BAD : 0));
	check_users(users, err ? first : second);
	check(users_refresh(users, on_say, &said) == USERS_SAME);
	users_unref(users);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct slice all = slice_make(in, len);
	struct slice first = slice_first(all, slice_find(all, '\0'));
	struct slice second = slice_skip(all, first.len < len ? first.len + 1 : len);
	int fd = memfd_create("users", MFD_CLOEXEC);
	char path[32];

	check(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	play(fd, path, first, second);
	close(fd);
	return 0;
}
