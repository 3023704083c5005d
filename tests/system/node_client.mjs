// SPDX-License-Identifier: GPL-3.0-or-later
// Two clients of msrp.js in Node, over the WebSocket of Debian's node-ws, which knows frames from
// elsewhere: node_client.mjs MODULE URL CA PASSWORD PASSWORD. Prints what went wrong, if anything.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [module, url, ca, ...passwords] = process.argv.slice(2);
const { RelayConnection } = await import(module);
const ws = createRequire(import.meta.url)('/usr/share/nodejs/ws');

const pinned = { ca: readFileSync(ca) };
class WebSocket extends ws {
	constructor(address, protocol) {
		super(address, protocol, pinned);
	}
}

const FILE = 3_000_001;
const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');

async function open(username, password) {
	const relay = await new RelayConnection({ url, domain: 'example.com', username, password, WebSocket }).open();
	return { relay, connector: await relay.prepare(), texts: [], files: [] };
}

// What comes is kept; `more` resolves when something has.
function options(client) {
	return {
		begin(message) {
			if (message.contentType.startsWith('text/'))
				client.texts.push(message.text());
			else
				client.files.push(message.octets({ max: FILE }));
		},
	};
}

async function talk(from, to, session) {
	for (const text of ['', 'hällo', 'x'.repeat(100_000), '\0\r\n-------']) {
		await session.send(text, { successReport: true }).delivered;
		assert.equal(await to.texts.at(-1), text);
	}
	const octets = randomBytes(FILE);
	for (const body of [octets, new Blob([octets]), new Blob([octets]).stream()]) {
		const sent = session.send(body, { contentType: 'a/b', successReport: true });
		await sent.delivered;
		assert.equal(sha256(await to.files.at(-1)), sha256(octets));
	}
	assert.equal(to.files.length, 3);
}

const [alice, bob] = [await open('alice', passwords[0]), await open('bob', passwords[1])];
const waiting = bob.connector.complete(null, options(bob));
alice.session = await alice.connector.complete(bob.connector.localPath, options(alice));
bob.session = await waiting;
await Promise.all([talk(alice, bob, alice.session), talk(bob, alice, bob.session)]);
// A second session on the same two connections, while the first one is there.
const more = [await alice.relay.prepare(), await bob.relay.prepare()];
const second = more[1].complete(null, options(bob));
const session = await more[0].complete(more[1].localPath, options(alice));
await second;
await session.send('second', { successReport: true }).delivered;
assert.equal(await bob.texts.at(-1), 'second');
alice.relay.close();
bob.relay.close();
