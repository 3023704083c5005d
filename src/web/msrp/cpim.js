// SPDX-License-Identifier: GPL-3.0-or-later
// Message/CPIM (RFC 3862): a wrapper with sender, recipient and time of a message. Octets to Cpim
// and back.

import { MsrpError } from './error.js';
import { concat, find, fromUtf8, toOctets, toUtf8 } from './octets.js';

const HEADERS_MAX = 64;
const HEAD_MAX = 16 * 1024; // octets of both groups of headers
const BLANK = toUtf8('\r\n\r\n');
const KNOWN = new Set(['from', 'to', 'cc', 'datetime', 'subject', 'ns', 'require']);

function bad(why) {
	throw new MsrpError('PROTOCOL', why);
}

// The addresses of From and To: Name <uri>.
function parseAddress(text) {
	const found = /^(?:"((?:[^"\\]|\\.)*)"|([^<"]*))\s*<([^<>\s]*)>$/.exec(text.trim());
	return found ? { name: (found[1]?.replace(/\\(.)/g, '$1') ?? found[2]).trim(), uri: found[3] }
		: bad('a malformed address');
}

function formatAddress({ name, uri }) {
	return name ? `"${name.replace(/["\\]/g, '\\$&')}" <${uri}>` : `<${uri}>`;
}

function parseHeaders(octets) {
	const lines = octets.length > 0 ? fromUtf8(octets).split('\r\n') : [];
	if (lines.length > HEADERS_MAX)
		bad('too many headers');
	return lines.map((line) => {
		const found = /^([^\s:;]+)(;[^:]*)?:(.*)$/.exec(line) ?? bad('a malformed header');
		return { name: found[1], parameters: found[2] ?? '', value: found[3].trim() };
	});
}

function take(headers, name) {
	const at = headers.findIndex((header) => header.name.toLowerCase() === name);
	return at === -1 ? null : headers.splice(at, 1)[0].value;
}

export class Cpim {
	constructor({ from = null, to = null, datetime = '', subject = '', headers = [], required = '',
		contentType = '', contentHeaders = [], content = new Uint8Array() } = {}) {
		Object.assign(this, { from, to, datetime, subject, headers, required, contentType,
			contentHeaders, content });
	}

	// Throws MsrpError PROTOCOL for anything that is not Message/CPIM.
	static parse(octets) {
		const first = find(octets.subarray(0, HEAD_MAX), BLANK);
		// If the content has no headers, its blank line follows at once.
		const second = first === -1 ? -1 : find(octets.subarray(0, HEAD_MAX), BLANK, first + 2);
		if (second === -1)
			bad('no Message/CPIM');
		try {
			return Cpim.make(parseHeaders(octets.subarray(0, first)),
				parseHeaders(octets.subarray(first + 4, Math.max(second, first + 4))),
				octets.subarray(second + 4));
		} catch (error) {
			return bad(error.message);
		}
	}

	static make(headers, contentHeaders, content) {
		const [from, to] = ['from', 'to'].map((name) => take(headers, name));
		const require = headers.filter(({ name }) => name.toLowerCase() === 'require')
			.flatMap(({ value }) => value.split(',').map((word) => word.trim()));
		return new Cpim({
			from: from === null ? null : parseAddress(from),
			to: to === null ? null : parseAddress(to),
			datetime: take(headers, 'datetime') ?? '',
			subject: take(headers, 'subject') ?? '',
			required: require.filter((name) => !KNOWN.has(name.toLowerCase())).join(','),
			headers,
			contentType: take(contentHeaders, 'content-type') ?? '',
			contentHeaders,
			content,
		});
	}

	format() {
		const lines = [];
		if (this.from)
			lines.push(['From', formatAddress(this.from)]);
		if (this.to)
			lines.push(['To', formatAddress(this.to)]);
		if (this.datetime)
			lines.push(['DateTime', this.datetime]);
		if (this.subject)
			lines.push(['Subject', this.subject]);
		const more = ({ name, parameters = '', value }) => [`${name}${parameters}`, value];
		lines.push(...this.headers.map(more), null);
		if (this.contentType)
			lines.push(['Content-Type', this.contentType]);
		lines.push(...this.contentHeaders.map(more), null);
		const text = lines.map((line) => line ? `${line[0]}: ${line[1]}` : '');
		if (text.some((line) => /\p{Cc}/u.test(line)))
			throw new MsrpError('INVALID', 'a control character in a header of CPIM');
		return concat([toUtf8(`${text.join('\r\n')}\r\n`), toOctets(this.content)]);
	}
}
