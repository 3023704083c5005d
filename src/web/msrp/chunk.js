// SPDX-License-Identifier: GPL-3.0-or-later
// One MSRP message as on the wire, which over WebSocket is one WebSocket message (RFC 7977 section
// 5.1): octets to Chunk and back. Strict, because every octet comes from a stranger.

import { MsrpError, strerror } from './error.js';
import { concat, find, fromUtf8, startsWith, toUtf8 } from './octets.js';
import { Path } from './uri.js';
import { ByteRange, parseStatus } from './header.js';

const HEAD_MAX = 16 * 1024; // octets of start line and headers, as in the relay
const HEADERS_MAX = 64;
const IDENT = '[A-Za-z\\d][A-Za-z\\d.\\-+%=]{3,31}'; // RFC 4975 section 9
const START = new RegExp(`^MSRP (${IDENT}) (?:([A-Z]{1,32})|(\\d{3})(?: ([^\\p{Cc}]*))?)$`, 'u');
const HEADER = /^([\w\-!#$%&'*+.^`|~]+): ?([^\p{Cc}]|\t)*$/u;
const BLANK = toUtf8('\r\n\r\n');

// Two of one of these are never valid (RFC 4975 section 9).
const ONCE = new Set(['to-path', 'from-path', 'message-id', 'byte-range', 'status', 'content-type',
	'success-report', 'failure-report', 'use-path', 'expires']);

function bad(why) {
	throw new MsrpError('PROTOCOL', why);
}

// A request has a METHOD, a response a CODE.
export class Chunk {
	#toPath = null; // parsed once; headers do not change after that
	#fromPath = null;

	constructor({ transactionId, method = null, code = 0, comment = '', headers = [], data = null,
		flag = '$' }) {
		Object.assign(this, { transactionId, method, code, comment, headers, data, flag });
	}

	// The value of the first header of that name, or null.
	header(name) {
		const wanted = name.toLowerCase();
		return this.headers.find(([key]) => key.toLowerCase() === wanted)?.[1] ?? null;
	}

	all(name) {
		const wanted = name.toLowerCase();
		return this.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
	}

	// These throw if the header is missing or malformed.
	get toPath() {
		return this.#toPath ??= new Path(this.header('To-Path') ?? bad('no To-Path'));
	}

	get fromPath() {
		return this.#fromPath ??= new Path(this.header('From-Path') ?? bad('no From-Path'));
	}

	get messageId() {
		return this.header('Message-ID') ?? '';
	}

	get contentType() {
		return this.header('Content-Type') ?? '';
	}

	// Without the header, a chunk has the beginning of a message (RFC 4975 7.1.1).
	get byteRange() {
		const text = this.header('Byte-Range');
		return text === null ? new ByteRange(1, null, null)
			: ByteRange.parse(text) ?? bad('malformed Byte-Range');
	}

	get status() {
		return parseStatus(this.header('Status') ?? '');
	}

	get successReport() {
		return this.header('Success-Report')?.toLowerCase() === 'yes';
	}

	// "yes", "partial" or "no".
	get failures() {
		const said = this.header('Failure-Report')?.toLowerCase();
		return said === 'no' || said === 'partial' ? said : 'yes';
	}

	encode() {
		const lines = [this.method ? `MSRP ${this.transactionId} ${this.method}`
			: `MSRP ${this.transactionId} ${this.code} ${this.comment || strerror(this.code)}`];
		for (const [name, value] of this.headers)
			lines.push(headerLine(name, value));
		const end = `-------${this.transactionId}${this.flag}\r\n`;
		if (this.data === null)
			return toUtf8(`${lines.join('\r\n')}\r\n${end}`);
		return concat([toUtf8(`${lines.join('\r\n')}\r\n\r\n`), this.data, toUtf8(`\r\n${end}`)]);
	}

	// For octets that parse() rejects: enough of a request to refuse it, or null.
	static salvage(octets) {
		const text = new TextDecoder().decode(octets.subarray(0, HEAD_MAX));
		const [first, ...lines] = text.split('\r\n', HEADERS_MAX);
		const start = START.exec(first);
		const paths = lines.filter((line) => /^(To|From)-Path: /.test(line)).slice(0, 2)
			.map((line) => line.split(': ', 2));
		try {
			const chunk = new Chunk({ transactionId: start[1], method: start[2] ?? null, headers: paths });
			return chunk.method && chunk.toPath && chunk.fromPath && chunk;
		} catch {
			return null;
		}
	}

	// From the octets of exactly one chunk; throws MsrpError PROTOCOL.
	static parse(octets) {
		const blank = find(octets.subarray(0, HEAD_MAX + BLANK.length), BLANK);
		const endless = octets.subarray(0, Math.max(octets.length - 2, 0));
		if (blank === -1 && endless.length > HEAD_MAX)
			bad('a head that is too long');
		const lines = headLines(blank === -1 ? endless : octets.subarray(0, blank));
		const tail = blank === -1 ? lines.pop() : null;
		const chunk = parseHead(lines);
		if (blank === -1)
			chunk.flag = endFlag(tail, chunk.transactionId);
		else
			takeBody(chunk, octets, blank + BLANK.length);
		return chunk;
	}
}

// A value from the application must not become two lines.
function headerLine(name, value) {
	const line = `${name}: ${value}`;
	if (!HEADER.test(line))
		throw new MsrpError('INVALID', `this has no place in ${name}`);
	return line;
}

function headLines(octets) {
	try {
		return fromUtf8(octets).split('\r\n');
	} catch {
		return bad('a head that is not UTF-8');
	}
}

function parseHead([first, ...rest]) {
	const start = START.exec(first);
	if (!start)
		bad('no start line');
	if (rest.length > HEADERS_MAX)
		bad('too many headers');
	const seen = new Set();
	const headers = rest.map((line) => {
		const name = HEADER.exec(line)?.[1] ?? bad('a malformed header');
		const small = name.toLowerCase();
		if (ONCE.has(small) && seen.has(small))
			bad(`${name} comes twice`);
		seen.add(small);
		return [name, line.slice(name.length + 1).replace(/^ /, '')];
	});
	return new Chunk({ transactionId: start[1], method: start[2] ?? null, code: Number(start[3] ?? 0),
		comment: start[4] ?? '', headers });
}

function endFlag(line, transactionId) {
	const flag = line?.at(-1);
	if (line !== `-------${transactionId}${flag}` || !'$+#'.includes(flag))
		bad('no end-line');
	return flag;
}

// The end-line ends the WebSocket message; an earlier one would be a second chunk.
function takeBody(chunk, octets, from) {
	const line = toUtf8(`\r\n-------${chunk.transactionId}`);
	// In an empty body, the line break before the end-line may be that of the blank line.
	const start = Math.max(octets.length - line.length - 3, from - 2);
	if (!startsWith(octets, line, start) || start + line.length + 3 !== octets.length)
		bad('no end-line');
	chunk.flag = endFlag(headLines(octets.subarray(start + 2, -2))[0], chunk.transactionId);
	chunk.data = octets.subarray(from, Math.max(start, from));
	for (let at = find(octets, line, from - 2); at !== start; at = find(octets, line, at + 1)) {
		const [flag, cr, lf] = octets.subarray(at + line.length);
		if ('$+#'.includes(String.fromCharCode(flag)) && cr === 13 && lf === 10)
			bad('more than one chunk in a WebSocket message');
	}
}
