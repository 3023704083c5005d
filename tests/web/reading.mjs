// SPDX-License-Identifier: GPL-3.0-or-later
// A session of which a test reads what comes, and whose relay says what the test wants.

import assert from 'node:assert/strict';

import { RelayConnection } from '../../src/web/msrp.js';
import { bind, Relay } from './support.mjs';

// A session whose messages are read as texts into the list.
export async function reading(options = {}) {
	const relay = new Relay();
	const texts = [], messages = [];
	const bound = await bind(relay, RelayConnection, {
		begin: (message) => {
			messages.push(message);
			message.text().then((text) => texts.push(text), (error) => texts.push(error.code));
		},
		...options,
	});
	return { relay, texts, messages, ...bound };
}

// Says a request to the client, and has the start of its answer.
export async function said(relay, { id, text }) {
	relay.say(text);
	const answer = await relay.next();
	assert.equal(answer.id, id);
	return answer;
}
