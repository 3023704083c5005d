// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions: binding, messages out, reports, keep-alives; a test plays relay and peer.

import assert from 'node:assert/strict';
import test from 'node:test';

import { RelayConnection } from '../../src/web/msrp.js';
import { reading, said } from './reading.mjs';
import { PEER, prepare, Relay, request, settle, until } from './support.mjs';

function report(session, outgoing, status, range) {
	return request(session.connector, 'REPORT', [`Message-ID: ${outgoing.messageId}`, `Byte-Range: ${range}`,
		`Status: 000 ${status}`]).text;
}

// ---- binding ----

test('who calls binds with an empty SEND to the whole path', async () => {
	const relay = new Relay();
	const { connector } = await prepare(relay, RelayConnection);
	const completed = connector.complete(PEER);
	const request_ = await relay.answerNext();
	assert.deepEqual([request_.what, request_.body], ['SEND', undefined]);
	assert.equal(request_['To-Path'], `${relay.usePath} ${PEER}`);
	assert.equal(request_['From-Path'], connector.uri.text);
	const session = await completed;
	assert.deepEqual([session.state, session.localPath], ['open', connector.localPath]);
	await assert.rejects(connector.complete(PEER), { code: 'INVALID' });
});

test('who is refused has no session, and may try again', async () => {
	const relay = new Relay();
	const { connector } = await prepare(relay, RelayConnection);
	const refused = assert.rejects(connector.complete(PEER), { code: 'BIND', status: 403 });
	await relay.answerNext('403 Forbidden');
	await refused;
	const completed = connector.complete(PEER);
	await relay.answerNext();
	await completed;
	await assert.rejects(connector.complete('x'), { code: 'INVALID' });
});

test('who waits is bound by the first SEND, and to nobody else', async () => {
	const relay = new Relay();
	const { connector } = await prepare(relay, RelayConnection);
	const completed = connector.complete(null);
	assert.equal((await said(relay, request(connector, 'SEND'))).what, '200 OK');
	const session = await completed;
	assert.equal(String(session.remotePath), PEER);
	const other = request(connector, 'SEND', [], null, '$', 'msrps://other.test:1/x;tcp');
	assert.equal((await said(relay, other)).what, '481 No Such Session');
});

test('who waits and will follow says that somebody is here', async () => {
	const relay = new Relay();
	const { connector } = await prepare(relay, RelayConnection);
	connector.complete(null, { follow: true });
	assert.equal((await said(relay, request(connector, 'SEND'))).what, '200 OK');
	const greeting = await relay.answerNext();
	assert.deepEqual([greeting.what, greeting.body, greeting['To-Path']], ['SEND', undefined, `${relay.usePath} ${PEER}`]);
});

test('who waits for somebody lets in nobody else, and not for ever', async () => {
	const relay = new Relay();
	const { connector } = await prepare(relay, RelayConnection);
	const completed = assert.rejects(connector.complete(PEER, { mode: 'passive', bindTimeout: 5000 }), { code: 'BIND_TIMEOUT' });
	assert.match((await said(relay, request(connector, 'SEND', [], null, '$', 'msrps://other.test:1/x;tcp'))).what, /^481/);
	await relay.clock.pass(5000);
	await completed;
	assert.match((await said(relay, request(connector, 'SEND'))).what, /^481/);
});

// ---- sending ----

test('a text', async () => {
	const { relay, session, connector } = await reading();
	const outgoing = session.send('hällo');
	const sent = await relay.answerNext();
	assert.deepEqual(sent.lines.map(([name]) => name), ['To-Path', 'From-Path', 'Message-ID', 'Byte-Range', 'Content-Type']);
	assert.deepEqual([sent.what, sent.flag, sent['Byte-Range'], sent['Content-Type'], sent['From-Path']],
		['SEND', '$', '1-6/6', 'text/plain; charset=utf-8', connector.uri.text]);
	assert.equal(Buffer.from(sent.body, 'latin1').toString(), 'hällo');
	assert.equal((await outgoing.response).status, 200);
});

test('a report says that it is there', async () => {
	const { relay, session } = await reading();
	const outgoing = session.send('hello', { successReport: true });
	assert.equal((await relay.answerNext())['Success-Report'], 'yes');
	await outgoing.response;
	relay.say(report(session, outgoing, '200 OK', '1-3/5'));
	let delivered = false;
	outgoing.delivered.then(() => { delivered = true; });
	await settle();
	assert(!delivered);
	relay.say(report(session, outgoing, '200 OK', '4-5/5'));
	await outgoing.delivered;
});

test('failures, by response and by report', async () => {
	const { relay, session } = await reading();
	const first = session.send('hello');
	await relay.answerNext('415 Media type not accepted');
	await assert.rejects(first.response, { code: 'REFUSED', status: 415 });
	const second = session.send('hello', { successReport: true });
	await relay.answerNext();
	relay.say(report(session, second, '408 Request Timeout', '1-5/5'));
	await second.response;
	await assert.rejects(second.delivered, { status: 408 });
});

test('a relay on the way reports, and a stranger does not', async () => {
	const { relay, session, connector } = await reading();
	const outgoing = session.send('hello', { successReport: true });
	await relay.answerNext();
	const from = (path) => report(session, outgoing, '408 Request Timeout', '1-5/*')
		.replace(`From-Path: ${relay.usePath} ${PEER}`, `From-Path: ${path}`);
	for (const path of [PEER, `${relay.usePath} msrps://other.test:1/x;tcp`, `${relay.usePath} ${PEER} ${PEER}`])
		relay.say(from(path));
	await settle();
	assert.equal(session.outgoing.size, 1);
	relay.say(from(relay.usePath));
	await assert.rejects(outgoing.delivered, { status: 408 });
	assert(connector.localPath);
});

test('no answer in time is 408, and none at all to who wants none', async () => {
	const { relay, session } = await reading();
	const outgoing = session.send('a');
	const quiet = session.send('b', { failures: 'no' });
	const partial = session.send('c', { failures: 'partial' });
	const failed = assert.rejects(outgoing.response, { status: 408 });
	await quiet.response;
	await relay.clock.pass(32000);
	await failed;
	assert.equal((await partial.response).status, 200);
	assert.deepEqual(relay.said.map((sent) => sent['Failure-Report']), [undefined, 'no', 'partial']);
});

test('a Blob goes in chunks, with the name of a file, and its progress is told', async () => {
	const { relay, session } = await reading();
	const told = [];
	const outgoing = session.send(new Blob(['abcdefghij'], { type: 'a/b' }),
		{ chunkSize: 4, fileName: 'x "y"', progress: (done, total) => told.push([done, total]) });
	const sent = [await relay.answerNext(), await relay.answerNext(), await relay.answerNext()];
	assert.deepEqual(sent.map(({ body, flag, 'Byte-Range': range }) => [body, flag, range]),
		[['abcd', '+', '1-4/10'], ['efgh', '+', '5-8/10'], ['ij', '$', '9-10/10']]);
	assert.equal(new Set(sent.map((message) => message['Message-ID'])).size, 1);
	assert.equal(sent[0]['Content-Disposition'], 'attachment; filename="x \\"y\\""');
	await outgoing.response;
	assert.deepEqual(told, [[4, 10], [8, 10], [10, 10]]);
});

test('a stream of unknown length, an empty message, and a stream with a size that is not its own', async () => {
	const { relay, session } = await reading();
	const stream = (...parts) => new Blob(parts).stream();
	session.send(stream('abc'));
	const sent = [await relay.answerNext(), await relay.answerNext()];
	assert.deepEqual(sent.map(({ body, flag, 'Byte-Range': range }) => [body, flag, range]),
		[['abc', '+', '1-3/*'], ['', '$', '4-3/3']]);
	session.send('');
	const empty = await relay.answerNext();
	assert.deepEqual([empty.body, empty.flag, empty['Byte-Range']], ['', '$', '1-0/0']);
	await assert.rejects(session.send(stream('abc'), { size: 2 }).response, { code: 'ABORTED' });
	const short = session.send(stream('abc'), { size: 4 });
	assert.equal((await relay.answerNext()).flag, '+');
	assert.equal((await relay.answerNext()).flag, '#');
	await assert.rejects(short.response, { code: 'ABORTED' });
});

test('texts overtake files, and files take turns with nobody but texts', async () => {
	const { relay, session } = await reading();
	session.send(new Blob(['x'.repeat(400)]), { chunkSize: 100, messageId: 'file1' });
	session.send(new Blob(['y']), { messageId: 'file2' });
	relay.socket.bufferedAmount = 2 ** 20; // no room
	session.send('one', { messageId: 'one' });
	session.send('two', { messageId: 'two' });
	await settle();
	const before = relay.said.length;
	relay.socket.bufferedAmount = 0;
	await relay.clock.pass(20);
	await until(() => relay.said.length === 7);
	const ids = relay.said.map((sent) => sent['Message-ID']);
	assert(ids.indexOf('two') - before < 4, String(ids));
	assert(ids.indexOf('one') < ids.indexOf('two'));
	assert.deepEqual(ids.filter((id) => id.startsWith('file')), ['file1', 'file1', 'file1', 'file1', 'file2']);
});

test('what is not answered or not taken by the socket holds up the rest', async () => {
	const { relay, session } = await reading();
	const waiting = 16; // of 64 KiB each, and their heads
	session.send(new Blob([new Uint8Array(4 * 2 ** 20)]));
	await until(() => relay.said.length === waiting);
	await settle();
	assert.equal(relay.said.length, waiting);
	relay.answer(relay.said.shift(), '200 OK');
	await until(() => relay.said.length === waiting);
	relay.socket.bufferedAmount = 2 ** 20;
	relay.answer(relay.said.shift(), '200 OK');
	await relay.clock.pass(100);
	assert.equal(relay.said.length, waiting - 1);
	relay.socket.bufferedAmount = 0;
	await relay.clock.pass(100);
	await until(() => relay.said.length === waiting);
});

test('who wants to hear of failures only is held up by the socket alone', async () => {
	const { relay, session } = await reading();
	const sent = Array.from({ length: 1100 }, () => session.send('x', { failures: 'partial' }));
	await until(() => relay.said.length === 1100);
	assert.equal((await sent[0].response).status, 200);
	relay.answer(relay.said.at(-1), '415 No');
	await assert.rejects(sent.at(-1).response, { status: 415 });
});

test('one who answers slowly is waited for as long as it answers', async () => {
	const { relay, session } = await reading();
	const outgoing = session.send(new Blob([new Uint8Array(300)]), { chunkSize: 100 });
	await until(() => relay.said.length === 3);
	for (let i = 0; i < 3; i++) {
		await relay.clock.pass(25000);
		relay.answer(relay.said.shift(), '200 OK');
	}
	await outgoing.response;
});

test('an abort ends the message at the other side, and nothing of it follows', async () => {
	const { relay, session } = await reading();
	const controller = new AbortController();
	const outgoing = session.send(new Blob([new Uint8Array(4 * 2 ** 20)]), { signal: controller.signal });
	const n = 16;
	await until(() => relay.said.length === n);
	controller.abort();
	await assert.rejects(outgoing.response, { code: 'ABORTED' });
	for (const request_ of relay.said.splice(0, n))
		relay.answer(request_, '200 OK');
	const end = await relay.next();
	assert.deepEqual([end.flag, end.body, end['Byte-Range']], ['#', undefined, `${n * 65536 + 1}-${n * 65536}/${2 ** 22}`]);
	await settle();
	assert.equal(relay.said.length, 0);
});

test('who is told to stop stops', async () => {
	const { relay, session } = await reading();
	const outgoing = session.send(new Blob([new Uint8Array(4 * 2 ** 20)]));
	await relay.answerNext('413 Stop sending');
	await assert.rejects(outgoing.response, { status: 413 });
	await until(() => relay.said.at(-1)?.flag === '#');
	assert(relay.said.length < 20);
});

// ---- other requests ----

test('nicknames, and methods that nobody knows', async () => {
	const { relay, connector, session } = await reading({ nickname: (name) => (name === 'taken' ? 425 : 200) });
	const ask = async (...headers) => (await said(relay, request(connector, 'NICKNAME', headers))).what.slice(0, 3);
	assert.equal(await ask('Use-Nickname: "free"'), '200');
	assert.equal(await ask('Use-Nickname: "taken"'), '425');
	assert.equal(await ask('Use-Nickname: x'), '424');
	assert.match((await said(relay, request(connector, 'PATCH'))).what, /^501/);
	const given = session.setNickname('me');
	assert.equal((await relay.answerNext())['Use-Nickname'], '"me"');
	await given;
	const refused = assert.rejects(session.setNickname('you'), { status: 425 });
	await relay.answerNext('425 Taken');
	await refused;
});

// ---- the end ----

test('keep-alives find out that the other side has gone', async () => {
	const errors = [];
	const { relay, session } = await reading({ closed: (error) => errors.push(error.code) });
	session.setKeepAlive(10000);
	await relay.clock.pass(10000);
	const asked = await relay.answerNext();
	assert.deepEqual([asked['Keep-Alive'], asked.body], ['yes', undefined]);
	relay.say(request(session.connector, 'REPORT', [`Message-ID: ${asked['Message-ID']}`, 'Byte-Range: 1-0/0',
		'Status: 000 481 gone']).text);
	assert.deepEqual([session.state, errors], ['closed', ['KEEP_ALIVE']]);
	await assert.rejects(session.send('x').response, { code: 'KEEP_ALIVE' });
	await relay.clock.pass(60000);
	assert.equal(relay.said.length, 0);
});

test('a keep-alive without an answer', async () => {
	const { relay, session } = await reading();
	session.setKeepAlive(10000);
	await relay.clock.pass(10000);
	await relay.clock.pass(32000);
	assert.equal(session.state, 'closed');
});

test('a shutdown sends what was queued', async () => {
	const { relay, session, connector } = await reading();
	const outgoing = session.send('last words');
	const over = session.shutdown();
	await assert.rejects(session.send('more').response, { code: 'CLOSED' });
	await relay.answerNext();
	await outgoing.response;
	await over;
	assert.equal(session.state, 'closed');
	assert.match((await said(relay, request(connector, 'SEND'))).what, /^481/);
});

test('at an end without warning, what is under way fails', async () => {
	const { relay, session, connection } = await reading({}, { reconnect: false });
	const outgoing = session.send('x', { successReport: true });
	await relay.next();
	connection.close();
	await assert.rejects(outgoing.response, { code: 'CLOSED' });
	await assert.rejects(outgoing.delivered, { code: 'CLOSED' });
});

// ---- going on after the connection was lost ----

test('with a new connection the session goes on, and tells the other side', async () => {
	const told = [];
	const { relay, session, connector } = await reading({ lost: () => told.push('lost'), resumed: () => told.push('resumed') });
	const unsure = session.send('before');
	await relay.next();
	relay.drop();
	await assert.rejects(unsure.response, { code: 'CLOSED' });
	const later = session.send('after');
	relay.usePath = 'msrps://relay.test:2855/new;tcp';
	await relay.clock.pass(1000);
	await relay.grant();
	const bound = await relay.answerNext();
	assert.deepEqual([bound['To-Path'], bound['From-Path']], [`${relay.usePath} ${PEER}`, connector.uri.text]);
	assert.equal((await relay.answerNext()).body, 'after');
	await later.response;
	assert.deepEqual([told, session.state], [['lost', 'resumed'], 'open']);
});

test('where the other side does not know it any more, it ends', async () => {
	const errors = [];
	const { relay, session } = await reading({ closed: (error) => errors.push(error.status) });
	relay.drop();
	await relay.clock.pass(1000);
	await relay.grant();
	await relay.answerNext('481 No such session');
	await settle();
	assert.deepEqual([session.state, errors], ['closed', [481]]);
});

test('who follows finds the other side again by its own URI, at another relay session', async () => {
	const told = [];
	const { relay, session, connector } = await reading({ follow: true, lost: () => told.push('lost'), resumed: () => told.push('resumed') });
	await said(relay, request(connector, 'SEND'));
	session.setKeepAlive(1000);
	await relay.clock.pass(1000);
	await relay.answerNext('481 gone');
	await settle();
	assert.deepEqual([session.state, told], ['lost', ['lost']]);
	const stranger = request(connector, 'SEND', [], null, '$', 'msrps://r:1/a;tcp msrps://peer.test:2855/other;tcp');
	assert.match((await said(relay, stranger)).what, /^481/);
	const moved = `msrps://r:1/a;tcp ${PEER}`;
	assert.match((await said(relay, request(connector, 'SEND', [], null, '$', moved))).what, /^200/);
	assert.deepEqual([session.state, String(session.remotePath), told], ['open', moved, ['lost', 'resumed']]);
	const outgoing = session.send('x');
	assert.equal((await relay.answerNext())['To-Path'], `${relay.usePath} ${moved}`);
	await outgoing.response;
});

test('who follows does so for two minutes', async () => {
	const errors = [];
	const { relay, session } = await reading({ follow: true, closed: (error) => errors.push(error.code) });
	await said(relay, request(session.connector, 'SEND'));
	const outgoing = session.send('x');
	await relay.answerNext('481 gone');
	await assert.rejects(outgoing.response, { status: 481 });
	await relay.clock.pass(121000);
	assert.deepEqual([session.state, errors], ['closed', ['CLOSED']]);
});

test('one who was never there is not waited for', async () => {
	const errors = [];
	const { relay, session } = await reading({ follow: true, closed: (error) => errors.push(error.status) });
	relay.say(request(session.connector, 'REPORT', ['Message-ID: x', 'Byte-Range: 1-0/*', 'Status: 000 481 none'], null, '$', '')
		.text.replace(/(From-Path: [^ \r]*) /, '$1'));
	assert.deepEqual([session.state, errors], ['closed', [481]]);
});
