// SPDX-License-Identifier: GPL-3.0-or-later
// Connecting, AUTH, renewing, and coming back: a test plays the relay.

import assert from 'node:assert/strict';
import test from 'node:test';

import { ha1, RelayConnection } from '../../src/web/msrp.js';
import { digest, parameters, PEER, prepare, Relay, settle } from './support.mjs';

const CHALLENGE = 'WWW-Authenticate: Digest realm="relay.test", nonce="n", qop="auth"';

async function opened(relay, settings = {}) {
	return new RelayConnection({ ...relay.settings, ...settings }).open();
}

test('an AUTH as RFC 7977 8.1.2 has it', async () => {
	const relay = new Relay();
	const connection = await opened(relay);
	assert.deepEqual([relay.socket.url, relay.socket.asked], ['wss://relay.test/', 'msrp']);
	const prepared = connection.prepare();
	const first = await relay.answerNext('401 Unauthorized', CHALLENGE);
	assert.equal(first.what, 'AUTH');
	assert.equal(first['To-Path'], 'msrps://relay.test:443;ws');
	assert.match(first['From-Path'], /^msrps:\/\/[0-9a-f]{16}\.invalid:2855\/[0-9a-f]{32};ws$/);
	assert.equal(first.Authorization, undefined);
	const second = await relay.answerNext('200 OK', 'Use-Path: msrps://relay.test:2855/abc;tcp', 'Expires: 900');
	assert.notEqual(second.id, first.id);
	const said = parameters(second.Authorization);
	assert.equal(said.response, digest(second.Authorization, 'secret'));
	assert.equal(said.uri, 'msrps://relay.test:443;ws');
	const connector = await prepared;
	assert.equal(connector.localPath, `msrps://relay.test:2855/abc;tcp ${first['From-Path']}`);
	assert.equal(connector.expires, 900);
	connection.close();
	assert(relay.socket.isClosed);
});

test('the server that is no relay, and the one that is not there', async () => {
	const relay = new Relay();
	relay.protocol = '';
	await assert.rejects(opened(relay), { code: 'PROTOCOL' });
	relay.protocol = 'msrp';
	relay.refuses = true;
	await assert.rejects(opened(relay), { code: 'CONNECT' });
});

test('a relay that does not answer', async () => {
	const relay = new Relay();
	const silent = class { close() {} };
	const opening = new RelayConnection({ ...relay.settings, WebSocket: silent }).open();
	const failed = assert.rejects(opening, { code: 'CONNECT_TIMEOUT' });
	await relay.clock.pass(10000);
	await failed;
	const connection = await opened(relay);
	const refused = assert.rejects(connection.prepare(), { code: 'RELAY_TIMEOUT' });
	await relay.next();
	await relay.clock.pass(31000);
	await refused;
});

test('where passwords do not go', () => {
	const relay = new Relay();
	const make = (settings) => new RelayConnection({ ...relay.settings, ...settings });
	for (const url of ['ws://relay.test/', 'ws://127.0.0.1.evil.test/', 'http://relay.test/'])
		assert.throws(() => make({ url }), { code: 'INVALID' });
	for (const url of ['ws://localhost:1/', 'ws://127.0.0.1:1/', 'ws://[::1]:1/'])
		make({ url });
	make({ url: 'ws://relay.test/', insecure: true });
});

test('without TLS the realm has to fit, and the relay to prove that it knows the password', async () => {
	const relay = new Relay();
	const settings = { url: 'ws://localhost:1234/', domain: 'relay.test' };
	let connection = await opened(relay, settings);
	let refused = assert.rejects(connection.prepare(), { code: 'AUTH' });
	await relay.answerNext('401 Unauthorized', CHALLENGE.replace('relay.test', 'bank.test'));
	await refused;
	refused = assert.rejects(connection.prepare(), { code: 'AUTH' });
	await relay.grant();
	await refused;
	connection = await opened(relay, settings);
	const prepared = connection.prepare();
	await relay.answerNext('401 Unauthorized', CHALLENGE);
	const request = await relay.next();
	relay.answer(request, '200 OK', `Use-Path: ${relay.usePath}`,
		`Authentication-Info: rspauth="${digest(request.Authorization, 'secret', '')}"`);
	assert((await prepared).localPath);
});

const REFUSALS = {
	'a second 401': [['401 Unauthorized', CHALLENGE], ['401 Unauthorized', CHALLENGE], 'AUTH'],
	'a challenge of another kind': [['401 Unauthorized', 'WWW-Authenticate: Basic realm="x"'], null, 'AUTH'],
	'a refusal': [['403 Forbidden'], null, 'RELAY'],
	'no Use-Path': [['200 OK'], null, 'RELAY'],
	'a Use-Path without TLS': [['200 OK', 'Use-Path: msrp://relay.test:1/a;tcp'], null, 'RELAY'],
	'a malformed Use-Path': [['200 OK', 'Use-Path: x'], null, 'PATH'],
	'423 without an interval': [['423 Interval Out-of-Bounds'], null, 'REFUSED'],
};

for (const [name, [first, second, code]] of Object.entries(REFUSALS))
	test(`no address: ${name}`, async () => {
		const relay = new Relay();
		const connection = await opened(relay);
		const refused = assert.rejects(connection.prepare(), { code });
		await relay.answerNext(...first);
		if (second)
			await relay.answerNext(...second);
		await refused;
		await settle();
		assert.equal(relay.said.length, 0);
	});

test('the interval that the relay likes', async () => {
	const relay = new Relay();
	const connection = await opened(relay, { expires: 5 });
	const prepared = connection.prepare();
	assert.equal((await relay.answerNext('423 Interval Out-of-Bounds', 'Min-Expires: 60')).Expires, '5');
	const second = await relay.answerNext('200 OK', `Use-Path: ${relay.usePath}`, 'Expires: 60');
	assert.equal(second.Expires, '60');
	assert.equal((await prepared).expires, 60);
});

test('the better of two challenges, HA1s, and credentials that are made when they are needed', async () => {
	const relay = new Relay();
	const hashed = ha1('SHA-256', 'bob', 'relay.test', 'word');
	let asked = [];
	const connection = await opened(relay, {
		credentials: async (again) => {
			asked.push(again);
			return { username: 'bob', ha1: hashed };
		},
	});
	const prepared = connection.prepare();
	await relay.answerNext('401 Unauthorized', CHALLENGE, `${CHALLENGE}, algorithm=SHA-256`);
	const request = await relay.answerNext('200 OK', `Use-Path: ${relay.usePath}`, 'Expires: 600');
	const said = parameters(request.Authorization);
	assert.deepEqual([said.algorithm, said.response], ['SHA-256', digest(request.Authorization, 'word', 'AUTH', 'sha256')]);
	await prepared;
	// When their time is over the relay refuses them, and new ones are asked for, once.
	await relay.clock.pass(300000);
	await relay.answerNext('401 Unauthorized', `${CHALLENGE}, algorithm=SHA-256`);
	await relay.answerNext('200 OK', `Use-Path: ${relay.usePath}`, 'Expires: 600');
	await settle();
	assert.deepEqual(asked, [false, true]);
});

test('addresses are renewed at half of their time, with the same URI and the next count', async () => {
	const relay = new Relay();
	const { connector } = await prepare(relay, RelayConnection);
	await relay.clock.pass(299000);
	assert.equal(relay.said.length, 0);
	await relay.clock.pass(1000);
	const request = await relay.answerNext('200 OK', `Use-Path: ${relay.usePath}`, 'Expires: 600');
	assert.equal(request['From-Path'], connector.uri.text);
	const said = parameters(request.Authorization);
	assert.deepEqual([said.nc, said.response], ['00000002', digest(request.Authorization, 'secret')]);
	await relay.clock.pass(300000);
	assert.equal(relay.said.length, 1);
});

test('a stale nonce is no refusal', async () => {
	const relay = new Relay();
	const { connection } = await prepare(relay, RelayConnection);
	const prepared = connection.prepare();
	await relay.answerNext('401 Unauthorized', `${CHALLENGE.replace('"n"', '"new"')}, stale=true`);
	const request = await relay.answerNext('200 OK', `Use-Path: ${relay.usePath}`);
	assert.equal(parameters(request.Authorization).nonce, 'new');
	await prepared;
});

test('a renewal that is refused ends the address, and says so', async () => {
	const relay = new Relay();
	const failures = [];
	const { connector } = await prepare(relay, RelayConnection, {}, { failed: (error) => failures.push(error.code) });
	await relay.clock.pass(300000);
	await relay.answerNext('403 Forbidden');
	await settle();
	assert.deepEqual([failures, connector.localPath], [['RELAY'], null]);
	await assert.rejects(connector.complete(PEER), { code: 'RELAY' });
});

test('several addresses on one connection, one AUTH after the other', async () => {
	const relay = new Relay();
	const { connection, connector } = await prepare(relay, RelayConnection);
	const both = Promise.all([connection.prepare(), connection.prepare()]);
	const second = await relay.next();
	await settle();
	assert.equal(relay.said.length, 0);
	relay.answer(second, '200 OK', 'Use-Path: msrps://relay.test:2855/s2;tcp');
	await relay.answerNext('200 OK', 'Use-Path: msrps://relay.test:2855/s3;tcp');
	const [a, b] = await both;
	assert.equal(new Set([connector, a, b].map(({ localPath }) => localPath)).size, 3);
	assert.equal(relay.connections, 1);
});

test('it comes back, ever later, and has its addresses again', async () => {
	const relay = new Relay();
	const told = [];
	const { connector } = await prepare(relay, RelayConnection, {
		connected: () => told.push('connected'),
		disconnected: (error, pause) => told.push(pause),
	}, { renewed: (path) => told.push(path) });
	relay.drop();
	relay.refuses = true;
	for (let i = 0; i < 7; i++)
		await relay.clock.pass(30000);
	const pauses = told.slice(1);
	assert(pauses.length >= 6 && pauses.every((pause) => pause >= 500 && pause <= 30000), String(pauses));
	assert(pauses[3] >= 4000, String(pauses));
	relay.refuses = false;
	relay.usePath = 'msrps://relay.test:2855/other;tcp';
	await relay.clock.pass(30000);
	await relay.grant();
	await settle();
	assert.deepEqual(told.slice(-2), ['connected', connector.localPath]);
	assert.match(connector.localPath, /other/);
});

test('it does not come back when it was closed, or is not to, or is refused', async () => {
	const relay = new Relay();
	const failures = [];
	const settings = { failed: (error) => failures.push(error.code) };
	const { connection } = await prepare(relay, RelayConnection, settings);
	connection.close();
	await relay.clock.pass(60000);
	assert.deepEqual([relay.connections, failures], [1, []]);
	await prepare(relay, RelayConnection, { ...settings, reconnect: false });
	relay.drop();
	await relay.clock.pass(60000);
	assert.deepEqual([relay.connections, failures], [2, ['CLOSED']]);
	await prepare(relay, RelayConnection, settings);
	relay.drop();
	await relay.clock.pass(1000);
	await relay.answerNext('401 Unauthorized', CHALLENGE);
	await relay.answerNext('401 Unauthorized', CHALLENGE);
	await relay.clock.pass(60000);
	assert.deepEqual([relay.connections, failures], [4, ['CLOSED', 'AUTH']]);
});

test('a relay that is silent for long is asked whether it is there', async () => {
	const relay = new Relay();
	await prepare(relay, RelayConnection, { keepAlive: 60000, reconnect: { min: 100, max: 100 } });
	await relay.clock.pass(60000);
	await relay.answerNext('200 OK', `Use-Path: ${relay.usePath}`, 'Expires: 600');
	await relay.clock.pass(60000);
	assert.equal((await relay.next()).what, 'AUTH');
	await relay.clock.pass(31000);
	await relay.grant();
	assert.equal(relay.connections, 2);
});

test('requests for nobody, and what cannot be read, are answered and disturb nobody', async () => {
	const relay = new Relay();
	const { connector } = await prepare(relay, RelayConnection);
	const paths = `To-Path: ${connector.uri}\r\nFrom-Path: ${relay.usePath} ${PEER}\r\n`;
	const answers = [
		['MSRP abcd SEND\r\nTo-Path: msrps://x.invalid:2855/y;ws\r\nFrom-Path: msrps://a:1/b;tcp\r\n-------abcd$\r\n', 481],
		[`MSRP abcd SEND\r\n${paths}-------abcd$\r\n`, 481],
		[`MSRP abcd SEND\r\n${paths}bad\r\n-------abcd$\r\n`, 400],
		[`MSRP abcd SEND\r\n${paths}\r\n${'x'.repeat(2 ** 20)}\r\n-------abcd$\r\n`, 413],
	];
	for (const [text, code] of answers) {
		relay.say(text);
		const answer = await relay.next();
		assert.deepEqual([answer.id, answer.what.slice(0, 3)], ['abcd', String(code)]);
	}
	for (const text of ['', 'x', `MSRP abcd REPORT\r\n${paths}-------abcd$\r\n`, 'MSRP abcd 200 OK\r\n-------abcd$\r\n',
		'MSRP abcd SEND\r\nTo-Path: x\r\nFrom-Path: y\r\n-------abcd$\r\n'])
		relay.say(text);
	await settle();
	assert.deepEqual([relay.said, relay.connections, relay.socket.isClosed], [[], 1, undefined]);
});
