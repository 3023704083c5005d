// SPDX-License-Identifier: GPL-3.0-or-later
// Links to the page: what is read of one, and what goes into one.

import assert from 'node:assert/strict';
import test from 'node:test';

import { belongsTo, readInvitation, writeInvitation } from '../../src/web/chat/invitation.js';

const PATH = 'msrps://relay.test:2855/a+b/c=;tcp msrps://x.invalid:2855/y;ws';

test('who is invited reads what was written', () => {
	const given = { relay: 'wss://relay.test/?a=b&c', guest: 'bob@a.test', 'guest-password': 'p&q #"' };
	const link = writeInvitation('https://a.test/chat.html?x#old', given, PATH);
	assert(link.startsWith('https://a.test/chat.html?x#'));
	assert.deepEqual(readInvitation(new URL(link).hash),
		{ relay: given.relay, user: 'bob@a.test', password: 'p&q #"', to: PATH });
});

test('nothing of who invites goes into an invitation', () => {
	const link = writeInvitation('https://a.test/', { relay: 'wss://r/', user: 'alice@a.test', password: 'secret', name: 'A' }, PATH);
	assert.deepEqual(readInvitation(new URL(link).hash), { relay: 'wss://r/', to: PATH });
});

test('other fields, empty ones and endless ones are not there', () => {
	assert.deepEqual(readInvitation(''), {});
	assert.deepEqual(readInvitation(`#relay=&x=y&__proto__=z&name=${'n'.repeat(5000)}&user=a`), { user: 'a' });
});

test('a relay of another domain may be after the password', () => {
	for (const url of ['wss://a.test/', 'wss://relay.a.test:444/x', 'ws://localhost:1/', 'ws://127.0.0.1:1', 'ws://[::1]:1/'])
		assert(belongsTo(url, 'A.test'), url);
	for (const url of ['wss://evil.test/', 'wss://xa.test/', 'wss://a.test.evil.test/', 'wss://a.test@evil.test/', 'wss://localhost.evil.test/'])
		assert(!belongsTo(url, 'a.test'), url);
});
