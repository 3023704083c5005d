// SPDX-License-Identifier: GPL-3.0-or-later
// The part after "#" of a link to the page: where the relay is, who signs in, and whom to talk to.
// Browsers do not send it to servers. The path of an invitation is a secret: the first to use it is
// let in. So are passwords, which a link has only if somebody has put them there.

const FIELDS = ['relay', 'user', 'password', 'name', 'to', 'guest', 'guest-password'];
const FIELD_MAX = 4096; // characters; a path of a few URIs

// { relay, user, ... } of location.hash: the fields that are there, and nothing else.
export function readInvitation(hash) {
	const found = new URLSearchParams(hash.replace(/^#/, ''));
	const fields = FIELDS.map((name) => [name, found.get(name) ?? '']);
	return Object.fromEntries(fields.filter(([, value]) => value !== '' && value.length <= FIELD_MAX));
}

// The link that brings somebody to us at PATH. A guest account that we were given goes with it.
export function writeInvitation(page, given, path) {
	const fields = new URLSearchParams({ relay: given.relay, to: path });
	if (given.guest) {
		fields.set('user', given.guest);
		fields.set('password', given['guest-password'] ?? '');
	}
	return `${page.split('#')[0]}#${fields}`;
}

// Is the relay at URL one of DOMAIN, as far as names tell, or on this machine? Another relay could
// pass on what it is sent to the domain's own, and pose as the user there.
export function belongsTo(url, domain) {
	const { hostname } = new URL(url);
	const wanted = domain.toLowerCase();
	return hostname === wanted || hostname.endsWith(`.${wanted}`) ||
		['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
