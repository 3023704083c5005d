/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts wrong passwords by origin for all workers, and pauses origins that have too many. Its
 * memory is fixed: it is a table of its own rather than an uthash, because a new entry displaces
 * the one that matters least, and password attempts must never allocate anything.
 */
#include "relay/shared/throttle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * A table of sets. A keyed hash assigns an origin to a set, so nobody can choose whom to displace;
 * a new origin displaces the one in its set that matters least: no pause, the fewest wrong
 * passwords, and the oldest ones.
 */
enum {
	WAYS = 8,
};

struct origin {
	uint64_t hash;
	uint64_t last_ms;		/* of the last wrong password, or of the end of the pause */
	uint64_t forgiven_ms;		/* up to when wrong passwords have been forgiven */
	uint64_t until_ms;		/* the end of the pause; 0: not paused */
	uint64_t vouched_ms;		/* a relay: until when an admitted client of it counts */
	uint64_t refused;		/* during the pause */
	uint64_t wrong;			/* since the last right one */
	uint32_t count;			/* wrong ones that are not forgiven */
	uint32_t level;			/* number of pauses so far */
	char name[RELAY_THROTTLE_NAME]; /* "": an unused entry */
};

struct relay_throttle {
	uint8_t key[SIPHASH_KEY_LEN];
	uint64_t failures;
	struct relay_throttle_counts counts;
	size_t n_origins;
	struct origin origin[];
};

struct relay_throttle *relay_throttle_new(const uint8_t key[SIPHASH_KEY_LEN], size_t n_origins)
{
	struct relay_throttle *throttle;

	assert(n_origins > 0 && n_origins % WAYS == 0);
	throttle = calloc(1, sizeof(*throttle) + n_origins * sizeof(throttle->origin[0]));
	if (!throttle)
		return NULL;
	memcpy(throttle->key, key, SIPHASH_KEY_LEN);
	throttle->n_origins = n_origins;
	return throttle;
}

struct relay_throttle *relay_throttle_free(struct relay_throttle *throttle)
{
	free(throttle);
	return NULL;
}

void relay_throttle_configure(struct relay_throttle *throttle, uint64_t failures)
{
	throttle->failures = failures;
}

/* Tells one origin from another. For a client behind a relay the address says nothing. */
struct identity {
	struct slice part[4]; /* address, or relay, user and realm */
};

static struct identity of_address(const struct relay_origin *origin)
{
	return (struct identity){ { origin->address } };
}

static struct identity of_user(const struct relay_origin *origin)
{
	return (struct identity){ { { 0 }, origin->hop, origin->user, origin->realm } };
}

static struct identity of_relay(const struct relay_origin *origin)
{
	return (struct identity){ { { 0 }, origin->hop } };
}

static uint64_t hash_identity(const struct relay_throttle *throttle,
			      const struct identity *identity)
{
	uint64_t part[4];

	for (size_t i = 0; i < 4; i++)
		part[i] = siphash(throttle->key, identity->part[i].p, identity->part[i].len);
	return siphash(throttle->key, part, sizeof(part));
}

/* Truncates a name that does not fit. */
static void append_to_name(char name[RELAY_THROTTLE_NAME], struct slice text)
{
	size_t at = strlen(name), room = RELAY_THROTTLE_NAME - 1 - at;
	size_t len = text.len < room ? text.len : room;

	if (len > 0)
		memcpy(name + at, text.p, len);
	name[at + len] = '\0';
}

static void write_origin_name(const struct identity *identity, char ret_name[RELAY_THROTTLE_NAME])
{
	ret_name[0] = '\0';
	append_to_name(ret_name, identity->part[0]);
	if (identity->part[1].len == 0)
		return;
	append_to_name(ret_name, identity->part[1]);
	append_to_name(ret_name, SLICE("/"));
	append_to_name(ret_name, identity->part[2]);
	append_to_name(ret_name, SLICE("@"));
	append_to_name(ret_name, identity->part[3]);
}

static bool is_paused(const struct origin *o, uint64_t now_ms)
{
	return o->until_ms > now_ms;
}

/*
 * Forgives one wrong password after the other as time passes, and after a quiet hour the pauses,
 * too.
 */
static void forgive_origin(const struct relay_throttle *throttle, struct origin *o, uint64_t now_ms)
{
	uint64_t each_ms =
	    RELAY_THROTTLE_FORGIVE_MS / (throttle->failures > 0 ? throttle->failures : 1);
	uint64_t n;

	if (is_paused(o, now_ms))
		return;
	n = (now_ms - o->forgiven_ms) / each_ms;
	o->count -= n < o->count ? (uint32_t)n : o->count;
	o->forgiven_ms += n * each_ms;
	if (now_ms - o->last_ms >= RELAY_THROTTLE_FORGIVE_MS)
		o->level = 0;
}

static struct origin *set_of(struct relay_throttle *throttle, uint64_t hash)
{
	return &throttle->origin[hash % (throttle->n_origins / WAYS) * WAYS];
}

static struct origin *find_origin(struct relay_throttle *throttle, const struct identity *identity)
{
	uint64_t wanted = hash_identity(throttle, identity);
	struct origin *set = set_of(throttle, wanted);

	for (size_t i = 0; i < WAYS; i++)
		if (set[i].name[0] && set[i].hash == wanted)
			return &set[i];
	return NULL;
}

/* Does A matter less than B? An unused entry matters least. */
static bool matters_less(const struct origin *a, const struct origin *b)
{
	if (!a->name[0] || !b->name[0])
		return !a->name[0];
	if (a->vouched_ms != b->vouched_ms)
		return a->vouched_ms < b->vouched_ms;
	if (a->until_ms != b->until_ms)
		return a->until_ms < b->until_ms;
	if (a->level != b->level)
		return a->level < b->level;
	if (a->wrong != b->wrong)
		return a->wrong < b->wrong;
	return a->last_ms < b->last_ms;
}

/* The entry of IDENTITY; a new one displaces the entry that matters least. */
static struct origin *get_origin(struct relay_throttle *throttle, const struct identity *identity,
				 uint64_t now_ms)
{
	struct origin *o = find_origin(throttle, identity);
	uint64_t wanted = hash_identity(throttle, identity);
	struct origin *set = set_of(throttle, wanted);

	if (o)
		return o;
	o = &set[0];
	for (size_t i = 1; i < WAYS; i++)
		if (matters_less(&set[i], o))
			o = &set[i];
	throttle->counts.paused -= o->name[0] && o->until_ms > 0;
	*o = (struct origin){ .hash = wanted, .last_ms = now_ms, .forgiven_ms = now_ms };
	write_origin_name(identity, o->name);
	return o;
}

static bool refuses_origin(struct relay_throttle *throttle, const struct identity *identity,
			   uint64_t now_ms)
{
	struct origin *o = find_origin(throttle, identity);

	if (throttle->failures == 0 || !o || !is_paused(o, now_ms))
		return false;
	o->refused++;
	throttle->counts.refused++;
	return true;
}

bool relay_throttle_is_vouched(struct relay_throttle *throttle, const struct relay_origin *origin,
			       uint64_t now_ms)
{
	struct identity relay = of_relay(origin);
	const struct origin *o = origin->hop.len > 0 ? find_origin(throttle, &relay) : NULL;

	return o && o->vouched_ms > now_ms;
}

/*
 * A relay through which nobody has been admitted yet is just an address with a certificate, which
 * everybody can have.
 */
static bool counts_by_address(struct relay_throttle *throttle, const struct relay_origin *origin,
			      uint64_t now_ms)
{
	return origin->address.len > 0 && !relay_throttle_is_vouched(throttle, origin, now_ms);
}

bool relay_throttle_may_try(struct relay_throttle *throttle, const struct relay_origin *origin,
			    uint64_t now_ms)
{
	struct identity address = of_address(origin), user = of_user(origin);

	if (counts_by_address(throttle, origin, now_ms) &&
	    refuses_origin(throttle, &address, now_ms))
		return false;
	return origin->hop.len == 0 || origin->user.len == 0 ||
	       !refuses_origin(throttle, &user, now_ms);
}

/* Each pause is twice as long as the one before. */
static void begin_pause(struct relay_throttle *throttle, struct origin *o, uint64_t now_ms,
			struct relay_pause *ret_pause)
{
	uint64_t ms = (uint64_t)RELAY_THROTTLE_FIRST_MS << (o->level < 16 ? o->level : 16);

	if (ms > RELAY_THROTTLE_LONGEST_MS)
		ms = RELAY_THROTTLE_LONGEST_MS;
	o->level++;
	o->count = 0;
	o->refused = 0;
	o->until_ms = o->last_ms = o->forgiven_ms = now_ms + ms;
	throttle->counts.paused++;
	ret_pause->ms = ms;
	memcpy(ret_pause->name, o->name, sizeof(o->name));
}

/* True: this one begins a pause. A pause that is over is reported before another one begins. */
static bool count_wrong(struct relay_throttle *throttle, const struct identity *identity,
			uint64_t now_ms, struct relay_pause *ret_pause)
{
	struct origin *o = get_origin(throttle, identity, now_ms);
	bool is_first;

	forgive_origin(throttle, o, now_ms);
	is_first = o->count == 0;
	o->wrong++;
	if (is_paused(o, now_ms))
		return false;
	if (is_first)
		o->forgiven_ms = now_ms;
	o->count++;
	o->last_ms = now_ms;
	if (throttle->failures > 0 && o->count >= throttle->failures && o->until_ms == 0)
		begin_pause(throttle, o, now_ms, ret_pause);
	return is_first;
}

/*
 * A wrong password behind a relay that counts as an address is also counted by its user name: so
 * one client cannot shut out the others with one name, and nobody can try all names.
 */
void relay_throttle_wrong(struct relay_throttle *throttle, const struct relay_origin *origin,
			  uint64_t now_ms, struct relay_pause *ret_pause)
{
	struct identity address = of_address(origin), user = of_user(origin);
	bool is_new = true;

	ret_pause->ms = 0;
	if (origin->hop.len > 0)
		is_new = count_wrong(throttle, &user, now_ms, ret_pause);
	if (is_new && counts_by_address(throttle, origin, now_ms))
		count_wrong(throttle, &address, now_ms, ret_pause);
}

uint64_t relay_throttle_right(struct relay_throttle *throttle, const struct relay_origin *origin,
			      uint64_t now_ms)
{
	struct identity identity = origin->hop.len > 0 ? of_user(origin) : of_address(origin);
	struct identity relay = of_relay(origin);
	struct origin *o = find_origin(throttle, &identity);
	uint64_t wrong = o ? o->wrong : 0;

	if (o)
		o->wrong = 0;
	if (origin->hop.len > 0)
		get_origin(throttle, &relay, now_ms)->vouched_ms =
		    now_ms + RELAY_THROTTLE_VOUCHED_MS;
	return wrong;
}

static void view_origin(const struct origin *o, uint64_t now_ms,
			struct relay_throttle_view *ret_view)
{
	*ret_view = (struct relay_throttle_view){
		.name = o->name,
		.ends_ms = is_paused(o, now_ms) ? o->until_ms - now_ms : 0,
		.refused = o->refused,
	};
}

bool relay_throttle_next(const struct relay_throttle *throttle, uint64_t now_ms, size_t *at,
			 struct relay_throttle_view *ret_view)
{
	while (*at < throttle->n_origins) {
		const struct origin *o = &throttle->origin[(*at)++];

		if (!is_paused(o, now_ms))
			continue;
		view_origin(o, now_ms, ret_view);
		return true;
	}
	return false;
}

void relay_throttle_count(const struct relay_throttle *throttle,
			  struct relay_throttle_counts *ret_counts)
{
	*ret_counts = throttle->counts;
}

bool relay_throttle_lift(struct relay_throttle *throttle, struct slice name, uint64_t now_ms)
{
	bool found = false;

	for (size_t i = 0; i < throttle->n_origins; i++) {
		struct origin *o = &throttle->origin[i];

		if (!is_paused(o, now_ms) ||
		    (name.len > 0 && !slice_equal(slice_from(o->name), name)))
			continue;
		o->until_ms = o->last_ms = o->forgiven_ms = now_ms;
		o->level = 0;
		found = true;
	}
	return found;
}

bool relay_throttle_end(struct relay_throttle *throttle, uint64_t now_ms, size_t *at,
			struct relay_throttle_view *ret_view)
{
	while (throttle->counts.paused > 0 && *at < throttle->n_origins) {
		struct origin *o = &throttle->origin[(*at)++];

		if (o->until_ms == 0 || is_paused(o, now_ms))
			continue;
		view_origin(o, now_ms, ret_view);
		o->until_ms = 0;
		throttle->counts.paused--;
		return true;
	}
	return false;
}
