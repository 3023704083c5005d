/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of keys, of which one makes tickets. Keys from files never change. Of keys made here there
 * are two, and the older one is replaced in time.
 */
#include "net/tls/tls_ticket_keys.h"

#include <errno.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/tls/tls_ticket_file.h"

struct net_tls_ticket_keys {
	atomic_uint refs;
	pthread_mutex_t lock; /* guards the fields below, if the keys turn over */
	struct net_tls_ticket_key key[NET_TLS_TICKET_KEYS_MAX];
	size_t n;
	size_t current;
	bool turns;
	int64_t made_s; /* when the current key was made; 0: it has made no ticket yet */
};

static struct net_tls_ticket_keys *keys_new(void)
{
	struct net_tls_ticket_keys *keys = calloc(1, sizeof(*keys));

	if (!keys)
		return NULL;
	atomic_init(&keys->refs, 1);
	pthread_mutex_init(&keys->lock, NULL);
	return keys;
}

struct net_tls_ticket_keys *net_tls_ticket_keys_ref(struct net_tls_ticket_keys *keys)
{
	if (keys)
		atomic_fetch_add(&keys->refs, 1);
	return keys;
}

struct net_tls_ticket_keys *net_tls_ticket_keys_unref(struct net_tls_ticket_keys *keys)
{
	if (!keys || atomic_fetch_sub(&keys->refs, 1) > 1)
		return NULL;
	pthread_mutex_destroy(&keys->lock);
	explicit_bzero(keys->key, sizeof(keys->key));
	free(keys);
	return NULL;
}

static bool make_ticket_key(struct net_tls_ticket_key *key)
{
	key->secret_len = NET_TLS_TICKET_SECRET_MAX;
	return RAND_bytes(key->name, sizeof(key->name)) == 1 &&
	       RAND_priv_bytes(key->mac, sizeof(key->mac)) == 1 &&
	       RAND_priv_bytes(key->cipher, sizeof(key->cipher)) == 1;
}

int net_tls_ticket_keys_make(struct net_tls_ticket_keys **ret_keys)
{
	struct net_tls_ticket_keys *keys = keys_new();

	if (!keys)
		return -ENOMEM;
	keys->turns = true;
	keys->n = 1;
	if (!make_ticket_key(&keys->key[0])) {
		net_tls_ticket_keys_unref(keys);
		return -EIO;
	}
	*ret_keys = keys;
	return 0;
}

/* Overwrites the older of the two keys. */
static bool turn_keys(struct net_tls_ticket_keys *keys, int64_t now_s)
{
	size_t next = 1 - keys->current;

	if (!keys->turns || (keys->made_s != 0 && now_s - keys->made_s < NET_TLS_TICKET_TURN_S))
		return true;
	if (keys->made_s != 0) {
		if (!make_ticket_key(&keys->key[next]))
			return false;
		keys->current = next;
		keys->n = 2;
	}
	keys->made_s = now_s;
	return true;
}

bool net_tls_ticket_keys_current(struct net_tls_ticket_keys *keys, int64_t now_s,
				 struct net_tls_ticket_key *ret_key)
{
	bool fine;

	pthread_mutex_lock(&keys->lock);
	fine = turn_keys(keys, now_s);
	if (fine)
		*ret_key = keys->key[keys->current];
	pthread_mutex_unlock(&keys->lock);
	return fine;
}

/* Returns the number of keys if there is none. */
static size_t find(const struct net_tls_ticket_keys *keys, const uint8_t *name)
{
	size_t i = 0;

	while (i < keys->n && memcmp(keys->key[i].name, name, NET_TLS_TICKET_NAME_LEN) != 0)
		i++;
	return i;
}

bool net_tls_ticket_keys_find(struct net_tls_ticket_keys *keys,
			      const uint8_t name[NET_TLS_TICKET_NAME_LEN],
			      struct net_tls_ticket_key *ret_key, bool *ret_current)
{
	bool found;
	size_t i;

	pthread_mutex_lock(&keys->lock);
	i = find(keys, name);
	found = i < keys->n;
	if (found) {
		*ret_key = keys->key[i];
		*ret_current = i == keys->current;
	}
	pthread_mutex_unlock(&keys->lock);
	return found;
}

static const char *add(void *arg, const struct net_tls_ticket_key *key)
{
	struct net_tls_ticket_keys *keys = arg;

	if (keys->n == NET_TLS_TICKET_KEYS_MAX)
		return "more than 32 keys are too many";
	if (find(keys, key->name) < keys->n)
		return "a key begins with the same 16 octets as one before it";
	keys->key[keys->n++] = *key;
	return NULL;
}

int net_tls_ticket_keys_load(const char *const *path, size_t n, size_t *ret_fault, char *error,
			     size_t error_len, struct net_tls_ticket_keys **ret_keys)
{
	struct net_tls_ticket_keys *keys = keys_new();
	int err = keys ? 0 : -ENOMEM;

	*ret_fault = 0;
	snprintf(error, error_len, "out of memory");
	for (size_t i = 0; i < n && !err; i++) {
		*ret_fault = i;
		err = net_tls_ticket_file_read(path[i], add, keys, error, error_len);
		if (i == 0 && !err)
			keys->current = keys->n > 1 ? keys->n - 2 : 0;
	}
	if (err)
		net_tls_ticket_keys_unref(keys);
	else
		*ret_keys = keys;
	return err;
}
