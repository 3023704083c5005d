// SPDX-License-Identifier: GPL-3.0-or-later
// Values of header fields, from text and back: Byte-Range, Status, and lists of parameters.

const PARAMETERS_MAX = 32; // of one header; a challenge has nine at most

// Octets START (the first one of a message is 1) to END of TOTAL; null: unknown.
export class ByteRange {
	constructor(start, end, total) {
		this.start = start;
		this.end = end;
		this.total = total;
	}

	// null if malformed or contradictory. An empty range ends before it begins.
	static parse(text) {
		const found = /^(\d{1,16})-(\d{1,16}|\*)\/(\d{1,16}|\*)$/.exec(text);
		if (!found)
			return null;
		const [start, end, total] = found.slice(1).map((word) => word === '*' ? null : Number(word));
		const known = [start, end, total].filter((number) => number !== null);
		if (start < 1 || !known.every(Number.isSafeInteger))
			return null;
		if ((end !== null && end < start - 1) || (end !== null && total !== null && end > total))
			return null;
		return new ByteRange(start, end, total);
	}

	toString() {
		return `${this.start}-${this.end ?? '*'}/${this.total ?? '*'}`;
	}
}

// { code, comment } of a Status in the name space of RFC 4975; otherwise null.
export function parseStatus(text) {
	const found = /^000 ([1-9]\d\d)(?: (.*))?$/.exec(text);
	return found ? { code: Number(found[1]), comment: found[2] ?? '' } : null;
}

export function quote(text) {
	return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

// name=value pairs separated by SEPARATOR, as a Map with names in lower case and values without
// quotes; null if malformed or if a name is repeated.
export function parseParameters(text, separator) {
	const pattern = new RegExp(
		`\\s*([\\w\\-*.!#$%&'+^\`|~]+)\\s*(?:=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s"${separator}]*)))?` +
		`\\s*(?:${separator}|$)`, 'y');
	const found = new Map();
	while (pattern.lastIndex < text.length) {
		const match = pattern.exec(text);
		if (!match || found.has(match[1].toLowerCase()) || found.size === PARAMETERS_MAX)
			return null;
		found.set(match[1].toLowerCase(), match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '');
	}
	return found;
}

// The file name in a Content-Disposition (RFC 2183, RFC 8187), without folders and control
// characters; '' if there is none.
export function fileName(disposition) {
	const [, rest] = /^[^;]*;?(.*)$/s.exec(disposition);
	const parameters = parseParameters(rest, ';');
	let name = parameters?.get('filename') ?? '';
	const extended = /^utf-8'[^']*'(.*)$/i.exec(parameters?.get('filename*') ?? '');
	if (extended) {
		try {
			name = decodeURIComponent(extended[1]);
		} catch {
			// Malformed, so treat it as absent.
		}
	}
	// No control characters, and none that change the direction of text, which could hide an
	// extension.
	return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').replace(/^.*[/\\]/s, '').replace(/^[.\s-]+/, '')
		.slice(0, 200);
}

// A Content-Disposition with NAME in every form that the other side may understand (RFC 5547 6).
export function attachment(name) {
	const plain = name.replace(/[\p{Cc}]/gu, ' ');
	return `attachment; filename=${quote(plain)}`;
}
