// SPDX-License-Identifier: GPL-3.0-or-later
// Chunks: what is one, what is none, and that nothing else comes out of hostile octets.

import assert from 'node:assert/strict';
import test from 'node:test';

import { Chunk, MsrpError } from '../../src/web/msrp.js';

const octets = (text) => new Uint8Array(Buffer.from(text, 'latin1'));
const PATHS = 'To-Path: msrps://a:1/b;tcp\r\nFrom-Path: msrps://c:2/d;tcp\r\n';
const SEND = `MSRP d93kswow SEND\r\n${PATHS}Message-ID: 12339sdqwer\r\nByte-Range: 1-16/16\r\n` +
	'Content-Type: text/plain\r\n\r\nHi, I\'m Alice!\r\n\r\n-------d93kswow$\r\n';

test('a request of RFC 4975', () => {
	const chunk = Chunk.parse(octets(SEND));
	assert.equal(chunk.method, 'SEND');
	assert.equal(chunk.transactionId, 'd93kswow');
	assert.equal(Buffer.from(chunk.data).toString(), "Hi, I'm Alice!\r\n");
	assert.equal(chunk.flag, '$');
	assert.equal(String(chunk.toPath), 'msrps://a:1/b;tcp');
	assert.equal(chunk.header('message-id'), '12339sdqwer');
	assert.equal(String(chunk.byteRange), '1-16/16');
	assert.deepEqual(Buffer.from(chunk.encode()).toString('latin1'), SEND);
});

test('a response, with and without a comment', () => {
	const text = `MSRP d93kswow 200 OK\r\n${PATHS}-------d93kswow$\r\n`;
	const chunk = Chunk.parse(octets(text));
	assert.deepEqual([chunk.method, chunk.code, chunk.comment, chunk.data], [null, 200, 'OK', null]);
	assert.equal(Chunk.parse(octets(text.replace(' OK', ''))).code, 200);
});

test('a body without octets, in both ways to write it, and none', () => {
	const with_ = (end) => Chunk.parse(octets(`MSRP d93kswow SEND\r\n${PATHS}${end}-------d93kswow+\r\n`));
	assert.equal(with_('\r\n\r\n').data.length, 0);
	assert.equal(with_('\r\n').data.length, 0);
	assert.equal(with_('').data, null);
	assert.equal(with_('').flag, '+');
});

test('a body keeps what is no end-line', () => {
	for (const body of ['-------d93kswow', '\r\n-------d93kswow', '\r\n-------d93kswow?\r\n', '\r\n-------x$\r\n', '\r\n\r\n',
		'\r\r\n', '\0\xff']) {
		const text = `MSRP d93kswow SEND\r\n${PATHS}Content-Type: a/b\r\n\r\n${body}\r\n-------d93kswow$\r\n`;
		const chunk = Chunk.parse(octets(text));
		assert.equal(Buffer.from(chunk.data).toString('latin1'), body);
		assert.equal(Buffer.from(chunk.encode()).toString('latin1'), text);
	}
});

const head = (lines) => `MSRP d93kswow SEND\r\n${PATHS}${lines}-------d93kswow$\r\n`;
const BAD = {
	'nothing': '',
	'no start line': 'GET / HTTP/1.1\r\n\r\n',
	'another protocol': SEND.replace('MSRP', 'MSRQ'),
	'a short transaction id': SEND.replaceAll('d93kswow', 'abc'),
	'a long transaction id': SEND.replaceAll('d93kswow', 'a'.repeat(33)),
	'a method in small letters': SEND.replace('SEND', 'send'),
	'no end-line': SEND.slice(0, -3),
	'another end-line': SEND.replace('-------d93kswow', '-------d93kswox'),
	'another flag': SEND.replace('kswow$', 'kswow!'),
	'octets behind it': `${SEND}x`,
	'two chunks': SEND + SEND,
	'two chunks, the second of an end-line alone': SEND.replace('\r\n-------', '\r\n-------d93kswow+\r\n-------'),
	'two chunks without bodies': head('') + head(''),
	'a header without a colon': head('x\r\n'),
	'a folded header': head('A: b\r\n c\r\n'),
	'a control character': head('A: b\0c\r\n'),
	'a line break of half': head('A: b\nC: d\r\n'),
	'a header twice': head('Message-ID: a\r\nMessage-ID: b\r\n'),
	'a path twice': head('To-Path: msrps://a:1/b;tcp\r\n'),
	'too many headers': head('A: b\r\n'.repeat(63)),
	'a head that is too long': head(`A: ${'b'.repeat(17000)}\r\n`),
	'a long head before a body': SEND.replace('Content', `A: ${'b'.repeat(17000)}\r\nContent`),
	'a head that is not UTF-8': head('A: \xff\r\n'),
};

for (const [name, text] of Object.entries(BAD))
	test(`refused: ${name}`, () => {
		assert.throws(() => Chunk.parse(octets(text)), { code: 'PROTOCOL' });
	});

test('of every beginning, and with every octet changed, nothing but errors of ours', () => {
	const good = octets(SEND);
	const parse = (input) => {
		try {
			const chunk = Chunk.parse(input);
			void [chunk.toPath, chunk.fromPath, chunk.byteRange];
		} catch (error) {
			assert(error instanceof MsrpError, error.stack);
		}
		Chunk.salvage(input);
	};
	for (let n = 0; n < good.length; n++) {
		parse(good.subarray(0, n));
		for (const octet of [0, 10, 13, 45, 58, 128, 255]) {
			const changed = Uint8Array.from(good);
			changed[n] = octet;
			parse(changed);
		}
	}
});

test('malformed values are refused when they are looked at', () => {
	const chunk = Chunk.parse(octets(`MSRP d93kswow SEND\r\nTo-Path: x\r\nByte-Range: 0-1/2\r\n-------d93kswow$\r\n`));
	assert.throws(() => chunk.toPath, { code: 'PATH' });
	assert.throws(() => chunk.fromPath, { code: 'PROTOCOL' });
	assert.throws(() => chunk.byteRange, { code: 'PROTOCOL' });
});

test('nothing that an application gives becomes a second header', () => {
	for (const value of ['a\r\nX: y', 'a\nb', 'a\0'])
		assert.throws(() => new Chunk({ transactionId: 'abcd', method: 'SEND', headers: [['Content-Type', value]] })
			.encode(), { code: 'INVALID' });
});

test('of what cannot be read, as much is saved as an answer needs', () => {
	const saved = Chunk.salvage(octets(head('x\r\n')));
	assert.deepEqual([saved.transactionId, String(saved.fromPath)], ['d93kswow', 'msrps://c:2/d;tcp']);
	assert.equal(Chunk.salvage(octets(head('x\r\n').replace('SEND', '200 OK'))), null);
	assert.equal(Chunk.salvage(octets('x')), null);
});
