// SPDX-License-Identifier: GPL-3.0-or-later
// Octets to text and back, and what Uint8Array lacks. The lowest of all files.

import { MsrpError } from './error.js';

const encoder = new TextEncoder();

export function toUtf8(text) {
	return encoder.encode(text);
}

// Throws a TypeError for invalid UTF-8. A byte order mark is a character like others.
export function fromUtf8(octets) {
	return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
}

// Octets from an application's value; a string becomes UTF-8.
export function toOctets(data) {
	if (typeof data === 'string')
		return toUtf8(data);
	if (data instanceof ArrayBuffer)
		return new Uint8Array(data);
	if (ArrayBuffer.isView(data))
		return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
	throw new MsrpError('INVALID', 'neither text nor octets');
}

export function concat(list) {
	const all = new Uint8Array(list.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of list) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

export function startsWith(octets, prefix, at = 0) {
	if (octets.length - at < prefix.length)
		return false;
	for (let i = 0; i < prefix.length; i++)
		if (octets[at + i] !== prefix[i])
			return false;
	return true;
}

// The position of PATTERN in OCTETS, at FROM or later; -1: none.
export function find(octets, pattern, from = 0) {
	for (let at = octets.indexOf(pattern[0], from); at !== -1; at = octets.indexOf(pattern[0], at + 1))
		if (startsWith(octets, pattern, at))
			return at;
	return -1;
}

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

export function toHex(octets) {
	let text = '';
	for (const octet of octets)
		text += HEX[octet];
	return text;
}

const IDENT = 16; // octets

// Node 18 has it in a module only; written so that tools for browsers do not look for it.
const NODE_CRYPTO = 'node:crypto';
const webcrypto = globalThis.crypto ?? (await import(NODE_CRYPTO)).webcrypto;

// One call per ident would be most of the cost of a short message.
const pool = new Uint8Array(256 * IDENT);
let used = pool.length;

// 128 random bits as 32 characters, the longest ident of RFC 4975 section 9. Works outside secure
// contexts, too: getRandomValues() is everywhere.
export function randomIdent() {
	if (used === pool.length) {
		webcrypto.getRandomValues(pool);
		used = 0;
	}
	used += IDENT;
	return toHex(pool.subarray(used - IDENT, used));
}
