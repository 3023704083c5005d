// SPDX-License-Identifier: GPL-3.0-or-later
// MD5 (RFC 1321) and SHA-256 (FIPS 180-4), of octets as they come. crypto.subtle has no MD5, takes
// whole messages only, and is missing outside secure contexts; digests need both hashes, and files
// of any size the second.

import { toHex } from './octets.js';

const BLOCK = 64;

// Gathers blocks of 64 octets; a subclass has block(view, at) and the state words.
class BlockHash {
	constructor(littleEndian) {
		this.rest = new Uint8Array(BLOCK);
		this.restView = new DataView(this.rest.buffer);
		this.n = 0; // total octets
		this.littleEndian = littleEndian;
	}

	add(octets) {
		let at = 0;
		const used = this.n % BLOCK;
		this.n += octets.length;
		if (used > 0) {
			at = Math.min(BLOCK - used, octets.length);
			this.rest.set(octets.subarray(0, at), used);
			if (used + at < BLOCK)
				return this;
			this.block(this.restView, 0);
		}
		const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
		for (; at + BLOCK <= octets.length; at += BLOCK)
			this.block(view, at);
		this.rest.set(octets.subarray(at));
		return this;
	}

	// The hash in hexadecimal digits; nothing can be added afterwards.
	result() {
		const bits = this.n * 8;
		const used = this.n % BLOCK;
		const end = new Uint8Array(used < BLOCK - 8 ? BLOCK - used : 2 * BLOCK - used);
		const view = new DataView(end.buffer);
		const high = Math.floor(bits / 2 ** 32);
		const [first, second] = this.littleEndian ? [bits >>> 0, high] : [high, bits >>> 0];
		end[0] = 0x80;
		view.setUint32(end.length - 8, first, this.littleEndian);
		view.setUint32(end.length - 4, second, this.littleEndian);
		this.add(end);
		const out = new DataView(new ArrayBuffer(this.state.length * 4));
		this.state.forEach((word, i) => out.setUint32(i * 4, word, this.littleEndian));
		return toHex(new Uint8Array(out.buffer));
	}
}

const MD5_SHIFT = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const MD5_SINE = Int32Array.from({ length: 64 },
	(_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
const MD5_ROUND = [
	[(x, y, z) => (x & y) | (~x & z), 1, 0],
	[(x, y, z) => (x & z) | (y & ~z), 5, 1],
	[(x, y, z) => x ^ y ^ z, 3, 5],
	[(x, y, z) => y ^ (x | ~z), 7, 0],
];

export class Md5 extends BlockHash {
	constructor() {
		super(true);
		this.state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
	}

	block(view, at) {
		let [a, b, c, d] = this.state;
		for (let i = 0; i < 64; i++) {
			const [mix, step, start] = MD5_ROUND[i >> 4];
			const word = view.getInt32(at + 4 * ((step * i + start) % 16), true);
			const sum = (a + mix(b, c, d) + MD5_SINE[i] + word) | 0;
			const shift = MD5_SHIFT[i >> 4][i % 4];
			[a, b, c, d] = [d, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0, b, c];
		}
		[a, b, c, d].forEach((word, i) => { this.state[i] += word; });
	}
}

function primes(n) {
	const found = [];
	for (let i = 2; found.length < n; i++)
		if (found.every((prime) => i % prime))
			found.push(i);
	return found;
}

// The first 32 bits of the fractional part of the roots of the first primes; doubles have enough
// digits.
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
const SHA256_ROOTS = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const SHA256_START = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));

export class Sha256 extends BlockHash {
	constructor() {
		super(false);
		this.state = Int32Array.from(SHA256_START);
		this.words = new Int32Array(64);
	}

	expand(view, at) {
		const w = this.words;
		for (let i = 0; i < 16; i++)
			w[i] = view.getInt32(at + 4 * i);
		for (let i = 16; i < 64; i++) {
			const x = w[i - 15], y = w[i - 2];
			const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
			const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
			w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
		}
	}

	block(view, at) {
		this.expand(view, at);
		const s = this.state, w = this.words;
		let a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
		for (let i = 0; i < 64; i++) {
			const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
			const t1 = (h + s1 + ((e & f) ^ (~e & g)) + SHA256_ROOTS[i] + w[i]) | 0;
			const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
			const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
			h = g; g = f; f = e; e = (d + t1) | 0;
			d = c; c = b; b = a; a = (t1 + t2) | 0;
		}
		s[0] += a; s[1] += b; s[2] += c; s[3] += d;
		s[4] += e; s[5] += f; s[6] += g; s[7] += h;
	}
}

// SHA-256 of a file whose octets pass by, for a=file-selector (RFC 5547 section 5).
export class FileHash {
	constructor() {
		this.size = 0;
		this.sha256 = new Sha256();
	}

	add(octets) {
		this.sha256.add(octets);
		this.size += octets.length;
	}

	// { size, sha256 } of everything added; nothing can be added afterwards.
	result() {
		return { size: this.size, sha256: this.sha256.result() };
	}
}
