// SPDX-License-Identifier: GPL-3.0-or-later
// URIs and paths: the grammar of RFC 4975 section 9, and its comparison.

import assert from 'node:assert/strict';
import test from 'node:test';

import { MsrpError, Path, Uri } from '../../src/web/msrp.js';

test('the parts of a URI', () => {
	const uri = new Uri('msrps://alice@[2001:db8::1]:2855/s.-_~+=/x;ws;a=b;c');
	const { secure, user, host, port, sessionId, transport, parameters, text } = uri;
	assert.deepEqual({ secure, user, host, port, sessionId, transport, parameters, text }, {
		secure: true, user: 'alice', host: '2001:db8::1', port: 2855, sessionId: 's.-_~+=/x',
		transport: 'ws', parameters: ['a=b', 'c'], text: uri.text });
	const plain = new Uri('msrp://relay.test;tcp');
	assert.deepEqual([plain.secure, plain.port, plain.sessionId, plain.user], [false, 0, '', '']);
});

const BAD = ['', 'msrp', 'http://a/b;tcp', 'msrp://a/b', 'msrp://a:b/c;tcp', 'msrp://a:65536/c;tcp',
	'msrp:///c;tcp', 'msrp://a/b c;tcp', 'msrp://a/b;tcp\r\n', 'msrp://a/b;', 'msrp://a b/c;tcp',
	` msrp://a/b;tcp`, `msrp://a/${'b'.repeat(3000)};tcp`, 'msrp://a/b;tcp;\u00e4'];

for (const text of BAD)
	test(`no URI: ${JSON.stringify(text).slice(0, 40)}`, () => {
		assert.throws(() => new Uri(text), (error) => error instanceof MsrpError && error.code === 'PATH');
	});

test('the comparison of RFC 4975 6.1', () => {
	const a = new Uri('msrps://me@Relay.test:2855/s;tcp;x');
	const equal = (text) => a.equal(new Uri(text));
	assert(equal('MSRPS://you@relay.TEST:2855/s;TCP'));
	for (const text of ['msrp://relay.test:2855/s;tcp', 'msrps://relay.test/s;tcp', 'msrps://relay.test:2855/S;tcp',
		'msrps://relay.test:2855/s;ws', 'msrps://relay.test.:2855/s;tcp', 'msrps://relay.test:2855;tcp'])
		assert(!equal(text), text);
});

test('paths', () => {
	const path = new Path('msrp://a:1/b;tcp msrp://c:2/d;tcp');
	assert.deepEqual([path.first.host, path.last.host, path.uris.length], ['a', 'c', 2]);
	assert(path.equal(new Path('msrp://A:1/b;tcp msrp://C:2/d;tcp')));
	assert(!path.equal(new Path('msrp://a:1/b;tcp')));
	assert(!path.equal(new Path('msrp://c:2/d;tcp msrp://a:1/b;tcp')));
	const many = (n) => new Path(Array(n).fill('msrp://a:1/b;tcp').join(' '));
	assert.equal(many(64).uris.length, 64);
	for (const bad of [() => many(65), () => new Path(''), () => new Path('msrp://a:1/b;tcp '),
		() => new Path('msrp://a:1/b;tcp  msrp://a:1/b;tcp')])
		assert.throws(bad, { code: 'PATH' });
});

test('a long text is judged in no time', () => {
	const start = performance.now();
	for (const text of [`msrp://${'a;'.repeat(1000)}`, `msrp://${'@'.repeat(2000)}`, `msrp://a/${'b;'.repeat(900)} `])
		assert.throws(() => new Uri(text), MsrpError);
	assert(performance.now() - start < 5000);
});
