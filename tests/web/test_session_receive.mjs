// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that come to a session: in chunks of any order, of any size, and refused ones.

import assert from 'node:assert/strict';
import test from 'node:test';

import { reading, said } from './reading.mjs';
import { chunk, PEER, request, settle } from './support.mjs';

test('a text comes, is answered to the previous hop, and reported to the other end', async () => {
	const { relay, texts, messages, connector } = await reading();
	const answer = await said(relay, chunk(connector, 'm1', 'hello', { total: 5, headers: ['Success-Report: yes'] }));
	assert.deepEqual([answer.what, answer['To-Path'], answer['From-Path']], ['200 OK', relay.usePath, connector.uri.text]);
	const told = await relay.next();
	assert.deepEqual([told.what, told['To-Path'], told['Message-ID'], told['Byte-Range'], told.Status],
		['REPORT', `${relay.usePath} ${PEER}`, 'm1', '1-5/5', '000 200 OK']);
	await settle();
	assert.deepEqual([texts, messages[0].total, messages[0].complete], [['hello'], 5, true]);
});

test('chunks in any order, with overlaps, and in a frame of octets', async () => {
	const { relay, texts, connector } = await reading();
	const parts = [[7, 'ghi'], [3, 'cde'], [1, 'abc'], [5, 'efgh'], [10, 'j']];
	for (const [start, body] of parts) {
		const { text } = chunk(connector, 'm', body, { start, total: 10, flag: start === 10 ? '$' : '+' });
		relay.socket.onmessage({ data: new Uint8Array(Buffer.from(text)).buffer });
		assert.equal((await relay.next()).what, '200 OK');
	}
	await settle();
	assert.deepEqual(texts, ['abcdefghij']);
});

test('who counts characters, and who says no range', async () => {
	const { relay, texts, connector } = await reading();
	const say = (id, body, options) => said(relay, chunk(connector, id, body, options));
	await say('m1', 'ääää', { end: 4, total: 8, flag: '+' });
	await say('m1', 'öööö', { start: 5, end: 8, total: 8 });
	const plain = (body, flag) => request(connector, 'SEND', ['Message-ID: m2', 'Content-Type: text/plain'], body, flag);
	await said(relay, plain('ab', '+'));
	await said(relay, plain('cd', '$'));
	await settle();
	assert.deepEqual(texts, ['ääääöööö', 'abcd']);
});

test('fewer octets than were said are not all', async () => {
	const { relay, texts, connector, session } = await reading();
	await said(relay, chunk(connector, 'm', 'abc', { end: 5, total: 5 }));
	await settle();
	assert.deepEqual(texts, []);
	session.close();
	await settle();
	assert.deepEqual(texts, ['CLOSED']);
});

const REFUSED = {
	'a type that is not accepted': [{ type: 'image/png' }, 415],
	'a malformed range': [{ start: 0, total: 5 }, 400],
	'a range beyond all numbers': [{ start: 9007199254740990, end: 9007199254740991 }, 400],
	'more than 4 MiB behind a hole': [{ start: 9, body: 'x'.repeat(900000), repeat: 5 }, 413],
	'more than a text may have': [{ body: 'x'.repeat(600000), repeat: 2 }, 413],
};

for (const [name, [{ body = 'hello', repeat = 1, start = 1, ...options }, code]] of Object.entries(REFUSED))
	test(`refused: ${name}`, async () => {
		const { relay, connector } = await reading({ acceptTypes: ['text/*'] });
		let answer;
		for (let i = 0; i < repeat; i++)
			answer = await said(relay, chunk(connector, 'm', body, { flag: '+', start: start + i * body.length, ...options }));
		assert.equal(answer.what.slice(0, 3), String(code));
		// And what follows of it, too.
		const after = await said(relay, chunk(connector, 'm', 'x', { start: 6, ...(code === 415 ? options : {}) }));
		assert.equal(after.what.slice(0, 3), String(code));
	});

test('another total than before, and more octets than the total of a file', async () => {
	const { relay, connector } = await reading({ begin: (message) => { message.blob().catch(() => {}); } });
	const say = async (id, body, options) => (await said(relay, chunk(connector, id, body, { type: 'a/b', ...options }))).what;
	assert.match(await say('m1', 'ab', { total: 4, flag: '+' }), /^200/);
	assert.match(await say('m1', 'cd', { start: 3, total: 5 }), /^400/);
	assert.match(await say('m2', 'abcdef', { end: 4, total: 4 }), /^400/);
});

test('a message that nobody reads, and one that is refused with a code', async () => {
	const { relay, connector } = await reading({ begin: ({ messageId }) => (messageId === 'm1' ? 403 : undefined) });
	assert.match((await said(relay, chunk(connector, 'm1', 'x'))).what, /^403/);
	assert.match((await said(relay, chunk(connector, 'm2', 'x'))).what, /^415/);
});

test('more than 64 messages at a time', async () => {
	const { relay, connector } = await reading();
	for (let i = 0; i < 64; i++)
		assert.match((await said(relay, chunk(connector, `m${i}`, 'x', { flag: '+' }))).what, /^200/);
	assert.match((await said(relay, chunk(connector, 'm64', 'x', { flag: '+' }))).what, /^413/);
	assert.match((await said(relay, chunk(connector, 'm1', 'y', { start: 2 }))).what, /^200/);
	assert.match((await said(relay, chunk(connector, 'm65', 'x', { flag: '+' }))).what, /^200/);
});

test('an abort of the sender', async () => {
	const { relay, texts, connector } = await reading();
	await said(relay, chunk(connector, 'm', 'abc', { total: 9, flag: '+' }));
	const end = request(connector, 'SEND', ['Message-ID: m', 'Byte-Range: 4-3/9'], null, '#');
	assert.match((await said(relay, end)).what, /^200/);
	await settle();
	assert.deepEqual(texts, ['ABORTED']);
});

test('a Blob, with its progress', async () => {
	let found, told = [];
	const { relay, connector } = await reading({ begin: (message) => {
		found = message.blob();
		message.progress = (done, total) => told.push([done, total]);
		assert.equal(message.fileName, 'x.bin');
	} });
	const more = { total: 6, type: 'a/b', headers: ['Content-Disposition: attachment; filename="x.bin"'] };
	await said(relay, chunk(connector, 'm', 'abc', { flag: '+', ...more }));
	await said(relay, chunk(connector, 'm', 'def', { start: 4, ...more }));
	const blob = await found;
	assert.deepEqual([await blob.text(), blob.type, told], ['abcdef', 'a/b', [[3, 6], [6, 6]]]);
});

test('who reads a stream slowly slows the sender, but not for longer than the relay waits', async () => {
	let reader;
	const { relay, connector } = await reading({ begin: (message) => { reader = message.stream().getReader(); } });
	const part = 'x'.repeat(600000);
	await said(relay, chunk(connector, 'm', part, { flag: '+' }));
	relay.say(chunk(connector, 'm', part, { start: 600001, flag: '+' }).text);
	await settle();
	assert.equal(relay.said.length, 0);
	await reader.read();
	await reader.read();
	assert.match((await relay.next()).what, /^200/);
	relay.say(chunk(connector, 'm', part, { start: 1200001, flag: '+' }).text);
	relay.say(chunk(connector, 'm', part, { start: 1800001, flag: '+' }).text);
	await relay.next();
	await relay.clock.pass(20000);
	assert.match((await relay.next()).what, /^200/);
	await relay.clock.pass(20000);
	assert.equal(relay.said.length, 0);
});

test('what nobody reads has an end, of all streams together, and one that is cancelled is refused', async () => {
	const streams = [];
	const { relay, connector } = await reading({ begin: (message) => { streams.push(message.stream()); } });
	const part = 'x'.repeat(1000000);
	for (let i = 0; i < 70; i++)
		relay.say(chunk(connector, `m${i % 2}`, part, { start: (i >> 1) * 1000000 + 1, flag: '+' }).text);
	await relay.clock.pass(20000);
	const codes = relay.said.splice(0).map(({ what }) => what.slice(0, 3));
	// The 68th is too much; its message goes, which leaves room for the other.
	assert.deepEqual(codes.filter((code) => code !== '200'), ['413', '413']);
	await said(relay, chunk(connector, 'm2', 'x', { flag: '+' }));
	await streams[2].cancel();
	assert.match((await said(relay, chunk(connector, 'm2', 'x', { start: 2 }))).what, /^413/);
});

test('reports when the application says so', async () => {
	const { relay, connector, session, messages } = await reading({ automaticReports: false });
	const headers = ['Success-Report: yes'];
	await said(relay, chunk(connector, 'm1', 'x', { headers }));
	await said(relay, chunk(connector, 'm2', 'x', { headers }));
	await settle();
	assert.equal(relay.said.length, 0);
	session.report(messages[0]);
	session.report(messages[0]);
	session.report(messages[1], 403, 'no');
	await settle();
	assert.deepEqual(relay.said.map((it) => [it['Message-ID'], it.Status]), [['m1', '000 200 OK'], ['m2', '000 403 no']]);
});

test('who wants no answer gets none', async () => {
	const { relay, connector } = await reading({ acceptTypes: ['text/plain'] });
	for (const [failures, type] of [['no', 'text/plain'], ['no', 'a/b'], ['partial', 'text/plain']])
		relay.say(chunk(connector, `${failures}${type}`, 'x', { type, headers: [`Failure-Report: ${failures}`] }).text);
	await settle();
	assert.equal(relay.said.length, 0);
	const partial = chunk(connector, 'm', 'x', { type: 'a/b', headers: ['Failure-Report: partial'] });
	assert.match((await said(relay, partial)).what, /^415/);
});
