// SPDX-License-Identifier: GPL-3.0-or-later
// MD5 and SHA-256 of our own against those of the RFCs and of OpenSSL, in every way to cut them.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';

import { Md5, Sha256 } from '../../src/web/msrp/hash.js';
import { FileHash } from '../../src/web/msrp.js';

const HASHES = [[Md5, 'md5'], [Sha256, 'sha256']];

test('what RFC 1321 and FIPS 180-4 have', () => {
	const text = (words) => new TextEncoder().encode(words);
	assert.equal(new Md5().add(text('')).result(), 'd41d8cd98f00b204e9800998ecf8427e');
	assert.equal(new Md5().add(text('message digest')).result(), 'f96b697d7cb7938d525a2f31aaf161d0');
	assert.equal(new Sha256().add(text('abc')).result(),
		'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

for (const [Hash, name] of HASHES) {
	test(`${name} of every length up to three blocks`, () => {
		for (let n = 0; n < 200; n++) {
			const octets = randomBytes(n);
			assert.equal(new Hash().add(octets).result(), createHash(name).update(octets).digest('hex'), n);
		}
	});

	test(`${name} in two pieces, cut anywhere`, () => {
		const octets = randomBytes(150);
		const want = createHash(name).update(octets).digest('hex');
		for (let n = 0; n <= octets.length; n++)
			assert.equal(new Hash().add(octets.subarray(0, n)).add(octets.subarray(n)).result(), want, n);
	});
}

test('a file as it passes by', () => {
	const octets = randomBytes(1000);
	const hash = new FileHash();
	hash.add(octets.subarray(0, 300));
	hash.add(octets.subarray(300));
	assert.deepEqual(hash.result(), { size: 1000, sha256: createHash('sha256').update(octets).digest('hex') });
});
