// SPDX-License-Identifier: GPL-3.0-or-later
// Octets to text and back, and what Uint8Array lacks. The lowest of all files.

import { MsrpError } from './error.js';

const encoder = new TextEncoder();

export function toUtf8(text) {
	return encoder.encode(text);
}

// Throws a TypeError for what is not UTF-8. A byte order mark is a character like others.
export function fromUtf8(octets) {
	return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
}

// What an application gives as octets; a string becomes UTF-8.
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

// Where PATTERN begins in OCTETS, at FROM or later; -1: nowhere.
export function find(octets, pattern, from = 0) {
	for (let at = octets.indexOf(pattern[0], from); at !== -1; at = octets.indexOf(pattern[0], at + 1))
		if (startsWith(octets, pattern, at))
			return at;
	return -1;
}

export function toHex(octets) {
	return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

// 128 random bits as 32 characters, the longest ident of RFC 4975 section 9. Also where there is
// no secure context: getRandomValues() is everywhere.
export function randomIdent() {
	return toHex(crypto.getRandomValues(new Uint8Array(16)));
}
