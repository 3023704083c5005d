// SPDX-License-Identifier: GPL-3.0-or-later
// MSRP URIs (RFC 4975 section 6) and paths of them. A URI keeps its original text, because many
// implementations compare URIs literally with what they sent.

import { MsrpError } from './error.js';

const URI_MAX = 2048; // characters; session-ids of relays in the field have some hundred
const PATH_MAX = 64; // URIs, as many as the relay accepts

const USER = "(?:([\\w\\-.~!$&'()*+,;=:%]*)@)?";
const HOST = '(\\[[\\dA-Fa-f:.]+\\]|[\\w\\-.~%]+)';
const URI = new RegExp(`^(msrps?)://${USER}${HOST}(?::(\\d{1,5}))?(?:/([\\w\\-.~+=/%]+))?` +
	';([A-Za-z\\d]+)((?:;[\\w\\-.~!$&\'()*+=:%"/]+)*)$', 'i');

function same(a, b) {
	return a.toLowerCase() === b.toLowerCase();
}

export class Uri {
	// Throws MsrpError PATH for an invalid one.
	constructor(text) {
		const found = text.length <= URI_MAX ? URI.exec(text) : null;
		if (!found || Number(found[4] ?? 0) > 65535)
			throw new MsrpError('PATH', `not an MSRP URI: ${text.slice(0, 100)}`);
		this.text = text;
		this.secure = same(found[1], 'msrps');
		this.user = found[2] ?? '';
		this.host = found[3].replace(/^\[|\]$/g, '');
		this.port = Number(found[4] ?? 0);
		this.sessionId = found[5] ?? '';
		this.transport = found[6];
		this.parameters = found[7].split(';').slice(1);
	}

	// RFC 4975 6.1: user and parameters do not count; case counts in the session-id only.
	equal(other) {
		return this.secure === other.secure && same(this.host, other.host) &&
			this.port === other.port && this.sessionId === other.sessionId &&
			same(this.transport, other.transport);
	}

	toString() {
		return this.text;
	}
}

export class Path {
	// TEXT: URIs, the nearest first, separated by single spaces.
	constructor(text) {
		const words = text.split(' ', PATH_MAX + 1);
		if (words.length > PATH_MAX)
			throw new MsrpError('PATH', `a path of more than ${PATH_MAX} URIs`);
		this.text = text;
		this.uris = words.map((word) => new Uri(word));
	}

	get first() {
		return this.uris[0];
	}

	get last() {
		return this.uris[this.uris.length - 1];
	}

	equal(other) {
		return this.uris.length === other.uris.length &&
			this.uris.every((uri, i) => uri.equal(other.uris[i]));
	}

	toString() {
		return this.text;
	}
}
