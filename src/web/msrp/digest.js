// SPDX-License-Identifier: GPL-3.0-or-later
// Digest authentication (RFC 7616 as RFC 4976 9.1 restricts it: qop=auth, no sessions): answers a
// challenge, and checks that the relay knows the password, too.

import { MsrpError } from './error.js';
import { Md5, Sha256 } from './hash.js';
import { parseParameters, quote } from './header.js';
import { randomIdent, toUtf8 } from './octets.js';

// The better one first.
const ALGORITHMS = { 'SHA-256': Sha256, MD5: Md5 };

function hash(algorithm, text) {
	return new ALGORITHMS[algorithm]().add(toUtf8(text)).result();
}

// Of name:realm:password; servers keep it, and it is as good as the password in that realm.
export function ha1(algorithm, username, realm, password) {
	return hash(algorithm, `${username}:${realm}:${password}`);
}

// { realm, nonce, opaque, algorithm, ... } of one WWW-Authenticate, or null if unsupported.
function parseChallenge(text) {
	const parameters = /^digest /i.test(text) ? parseParameters(text.slice(7), ',') : null;
	if (!parameters?.has('realm') || !parameters.get('nonce'))
		return null;
	const algorithm = (parameters.get('algorithm') || 'MD5').toUpperCase();
	const qop = parameters.get('qop');
	const canAuth = qop?.split(',').some((word) => word.trim().toLowerCase() === 'auth');
	if (!Object.hasOwn(ALGORITHMS, algorithm) || !canAuth)
		return null;
	return {
		algorithm,
		realm: parameters.get('realm'),
		nonce: parameters.get('nonce'),
		opaque: parameters.get('opaque'),
		stale: parameters.get('stale')?.toLowerCase() === 'true',
	};
}

// The length of an HA1 tells its algorithm.
function hasHa1(credentials, algorithm) {
	return credentials.ha1?.length === (algorithm === 'MD5' ? 32 : 64);
}

// The challenge of a 401 with the best algorithm that CREDENTIALS can answer, or null.
export function chooseChallenge(texts, credentials) {
	const known = texts.map(parseChallenge).filter(Boolean);
	return Object.keys(ALGORITHMS)
		.filter((algorithm) => credentials.ha1 === undefined || hasHa1(credentials, algorithm))
		.map((algorithm) => known.find((challenge) => challenge.algorithm === algorithm))
		.find(Boolean) ?? null;
}

// The answers to one challenge: each has its own count, and a new nonce may follow.
export class Digest {
	constructor(challenge, credentials) {
		const { algorithm, realm } = challenge;
		this.challenge = challenge;
		this.username = credentials.username;
		this.nonce = challenge.nonce;
		this.count = 0;
		this.ha1 = credentials.ha1?.toLowerCase() ??
			ha1(algorithm, credentials.username, realm, credentials.password);
	}

	// The value of an Authorization for a request to URI.
	authorization(uri) {
		const { algorithm, realm, opaque } = this.challenge;
		this.cnonce = randomIdent();
		this.nc = (++this.count).toString(16).padStart(8, '0');
		this.uri = uri;
		const fields = [
			`username=${quote(this.username)}`, `realm=${quote(realm)}`, `nonce=${quote(this.nonce)}`,
			`uri=${quote(uri)}`, `response="${this.proof(`AUTH:${uri}`)}"`, `algorithm=${algorithm}`,
			'qop=auth', `cnonce="${this.cnonce}"`, `nc=${this.nc}`,
		];
		if (opaque !== undefined)
			fields.push(`opaque=${quote(opaque)}`);
		return `Digest ${fields.join(', ')}`;
	}

	proof(a2) {
		const { algorithm } = this.challenge;
		return hash(algorithm, [this.ha1, this.nonce, this.nc, this.cnonce, 'auth',
			hash(algorithm, a2)].join(':'));
	}

	// For a 200: a wrong rspauth comes from an impostor. MUST_PROVE: so does a missing one.
	checkInfo(text, mustProve) {
		const parameters = parseParameters(text ?? '', ',') ?? new Map();
		const proved = parameters.get('rspauth')?.toLowerCase();
		if (proved !== this.proof(`:${this.uri}`) && (mustProve || proved !== undefined))
			throw new MsrpError('AUTH', 'the relay does not prove that it knows the password');
		if (parameters.get('nextnonce')) {
			this.nonce = parameters.get('nextnonce');
			this.count = 0;
		}
	}
}
