// SPDX-License-Identifier: GPL-3.0-or-later
// Answers to challenges, computed a second time with node's own hashes.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';

import { chooseChallenge, Digest, ha1 } from '../../src/web/msrp/digest.js';
import { digest, parameters } from './support.mjs';

const ALICE = { username: 'alice', password: 'secret "ä"' };
const MD5 = 'Digest realm="a.test",nonce="n1",qop="auth",opaque="o\\"",algorithm=MD5';
const SHA = 'Digest qop="auth-int, auth", algorithm=SHA-256, nonce="n2", realm="a.test"';
const URI = 'msrps://a.test:443;ws';

test('the answer to a challenge, with both algorithms', () => {
	for (const [text, algorithm] of [[MD5, 'md5'], [SHA, 'sha256']]) {
		const said = new Digest(chooseChallenge([text], ALICE), ALICE).authorization(URI);
		const p = parameters(said);
		assert.equal(p.response, digest(said, ALICE.password, 'AUTH', algorithm));
		assert.deepEqual([p.username, p.realm, p.uri, p.nc, p.qop], ['alice', 'a.test', URI, '00000001', 'auth']);
	}
	assert.equal(parameters(new Digest(chooseChallenge([MD5], ALICE), ALICE).authorization(URI)).opaque, 'o"');
});

test('the better of two algorithms, unless there is only the HA1 of the other', () => {
	const choose = (credentials) => chooseChallenge([MD5, SHA], credentials)?.algorithm;
	assert.equal(choose(ALICE), 'SHA-256');
	assert.equal(choose({ username: 'alice', ha1: 'a'.repeat(64) }), 'SHA-256');
	assert.equal(choose({ username: 'alice', ha1: 'a'.repeat(32) }), 'MD5');
	assert.equal(choose({ username: 'alice', ha1: 'a'.repeat(31) }), undefined);
});

test('an HA1 answers as the password does', () => {
	const challenge = chooseChallenge([MD5], ALICE);
	const hashed = { username: 'alice', ha1: ha1('MD5', 'alice', 'a.test', ALICE.password).toUpperCase() };
	const said = new Digest(challenge, hashed).authorization(URI);
	assert.equal(parameters(said).response, digest(said, ALICE.password));
	assert.equal(ha1('SHA-256', 'a', 'b', 'c'), createHash('sha256').update('a:b:c').digest('hex'));
});

for (const text of ['', 'Basic realm="a"', 'Digest realm="a"', 'Digest nonce="a", qop="auth"', 'Digest realm="a", nonce="b"',
	MD5.replace('"auth"', '"auth-int"'), MD5.replace('=MD5', '=MD5-sess'), MD5.replace('=MD5', '=constructor'), `${MD5}, "`])
	test(`not to be answered: ${text}`, () => {
		assert.equal(chooseChallenge([text], ALICE), null);
	});

test('an algorithm that is not said is MD5', () => {
	assert.equal(chooseChallenge([MD5.replace(',algorithm=MD5', '')], ALICE).algorithm, 'MD5');
});

test('a relay proves that it knows the password, and gives the next nonce', () => {
	const it = new Digest(chooseChallenge([MD5], ALICE), ALICE);
	const proof = digest(it.authorization(URI), ALICE.password, '');
	it.checkInfo(`rspauth="${proof}", nextnonce="n3"`, true);
	const next = parameters(it.authorization(URI));
	assert.deepEqual([next.nonce, next.nc], ['n3', '00000001']);
	assert.equal(parameters(it.authorization(URI)).nc, '00000002');
});

test('an impostor is found', () => {
	const it = new Digest(chooseChallenge([MD5], ALICE), ALICE);
	it.authorization(URI);
	for (const [info, must] of [['rspauth="0"', false], ['rspauth=""', false], [null, true], ['nextnonce="x"', true]])
		assert.throws(() => it.checkInfo(info, must), { code: 'AUTH' });
	it.checkInfo(null, false);
});
