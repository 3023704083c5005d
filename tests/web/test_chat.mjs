// SPDX-License-Identifier: GPL-3.0-or-later
// Chats: wrapping, who is typing, files beside it.

import assert from 'node:assert/strict';
import test from 'node:test';

import { Chat, Cpim, RelayConnection } from '../../src/web/msrp.js';
import { chunk, PEER, prepare, Relay, request, settle } from './support.mjs';

const ALICE = { name: 'Alice', uri: 'sip:alice@relay.test' };
const BOB = { name: 'Bob', uri: 'sip:bob@relay.test' };

async function chatting(options = {}, remote = { path: PEER }, callbacks = {}) {
	const relay = new Relay();
	const told = [];
	const { connector } = await prepare(relay, RelayConnection);
	const chat = new Chat(connector, options, {
		message: (message) => told.push(message),
		composing: (state) => told.push(state),
		ended: () => told.push('ended'),
		...callbacks,
	});
	const started = chat.start(remote);
	if (remote.path)
		await relay.answerNext();
	else
		relay.say(request(connector, 'SEND').text);
	await started;
	if (!remote.path)
		await relay.next();
	return { relay, told, connector, chat };
}

function say(relay, connector, type, body) {
	relay.say(chunk(connector, `m${Math.random()}`.slice(0, 20), body, { type }).text);
}

test('plain texts, when we have no name', async () => {
	const { relay, told, connector, chat } = await chatting();
	const outgoing = chat.send('hello');
	const sent = await relay.answerNext();
	assert.deepEqual([sent.body, sent['Content-Type'], sent['Success-Report']], ['hello', 'text/plain; charset=utf-8', 'yes']);
	await outgoing.response;
	say(relay, connector, 'text/plain', 'hi');
	await settle();
	assert.equal(told[0].text, 'hi');
	assert.equal(told[0].cpim, null);
});

test('wrapped texts, when both sides know how', async () => {
	const { relay, told, connector, chat } = await chatting({ local: ALICE, remote: BOB });
	chat.send('hällo', { subject: 's' });
	const sent = await relay.answerNext();
	assert.equal(sent['Content-Type'], 'message/cpim');
	const cpim = Cpim.parse(new Uint8Array(Buffer.from(sent.body, 'latin1')));
	assert.deepEqual([cpim.from, cpim.to, cpim.subject, Buffer.from(cpim.content).toString()], [ALICE, BOB, 's', 'hällo']);
	assert(Math.abs(Date.parse(cpim.datetime) - Date.now()) < 60000);
	const back = new Cpim({ from: BOB, to: ALICE, contentType: 'text/plain', content: 'hi' });
	say(relay, connector, 'message/cpim', Buffer.from(back.format()).toString());
	await settle();
	assert.deepEqual([told[0].text, told[0].cpim.from], ['hi', BOB]);
});

test('not wrapped for one who does not take it', async () => {
	const { relay, chat } = await chatting({ local: ALICE }, { path: PEER, acceptTypes: ['text/plain'] });
	chat.send('hello');
	assert.equal((await relay.answerNext())['Content-Type'], 'text/plain; charset=utf-8');
});

test('who is typing', async () => {
	const { relay, told, connector, chat } = await chatting();
	chat.sendComposing({ active: true, refresh: 60 });
	const sent = await relay.next();
	assert.equal(sent['Failure-Report'], 'no');
	say(relay, connector, sent['Content-Type'], sent.body);
	await settle();
	assert.deepEqual(told, [{ active: true, refresh: 60 }]);
});

test('what is malformed disturbs nobody', async () => {
	const { relay, told, connector } = await chatting();
	say(relay, connector, 'message/cpim', 'x');
	say(relay, connector, 'application/im-iscomposing+xml', 'x');
	say(relay, connector, 'text/plain', 'hi');
	await settle();
	assert.deepEqual(told.map(({ text }) => text), ['hi']);
});

test('files go to who takes them, and are refused by who does not', async () => {
	const blobs = [];
	const file = (message) => { blobs.push([message.fileName, message.blob()]); };
	const { relay, connector, chat } = await chatting({}, { path: PEER }, { file });
	relay.say(chunk(connector, 'm', 'x', { type: 'text/plain', headers: ['Content-Disposition: attachment; filename=a.txt'] }).text);
	assert.match((await relay.next()).what, /^200/);
	assert.equal(blobs[0][0], 'a.txt');
	assert.equal(await (await blobs[0][1]).text(), 'x');
	chat.sendFile(new Blob(['y'], { type: 'a/b' }), { fileName: 'b' });
	assert.equal((await relay.answerNext())['Content-Disposition'], 'attachment; filename="b"');
	say(relay, connector, 'application/sdp', 'v=0');
	assert.match((await relay.next()).what, /^415/);
	const other = await chatting();
	say(other.relay, other.connector, 'image/png', 'x');
	assert.match((await other.relay.next()).what, /^415/);
});

test('who is called by whoever has the path, and the end', async () => {
	const { relay, told, chat, connector } = await chatting({}, {});
	const outgoing = chat.send('bye');
	const over = chat.end();
	assert.equal((await relay.answerNext())['To-Path'], `${relay.usePath} ${PEER}`);
	await outgoing.response;
	await over;
	assert.deepEqual([told, connector.localPath], [['ended'], null]);
	assert.throws(() => new Chat(connector).send('x'), { code: 'INVALID' });
});
