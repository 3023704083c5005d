// SPDX-License-Identifier: GPL-3.0-or-later
// Two people, or one and a conference, who write to each other: a session that wraps and unwraps
// Message/CPIM, and tells who is typing. Files use the same session.

import { COMPOSING_TYPE, formatComposing, parseComposing } from './composing.js';
import { Cpim } from './cpim.js';
import { MsrpError } from './error.js';
import { NOT_ACCEPTED } from './incoming.js';
import { fromUtf8 } from './octets.js';

const TEXT = 'text/plain; charset=utf-8';
const MESSAGE_MAX = 1024 * 1024; // octets of a received message, as in msrp_chat_options
const ANONYMOUS = { uri: 'im:anonymous@anonymous.invalid' }; // RFC 3862 requires an address
const ACCEPT_TYPES = ['message/cpim', 'text/*', COMPOSING_TYPE];

function isType(type, wanted) {
	return type.split(';')[0].trim().toLowerCase() === wanted;
}

export class Chat {
	// OPTIONS: local and remote, { name, uri } of both sides; nothing is wrapped without local,
	// or if the other side does not accept it. acceptTypes, acceptWrappedTypes, maxSize, and
	// those of the session. CALLBACKS: message({ messageId, contentType, text, content, cpim,
	// head }), composing({ active, refresh }), file(incoming), which reads it or refuses; and
	// the session's lost(error), resumed(), ended(error).
	constructor(connector, options = {}, callbacks = {}) {
		this.connector = connector;
		this.options = options;
		this.callbacks = callbacks;
		this.session = null;
		this.remoteTypes = ['*'];
	}

	// Our part of the SDP.
	get local() {
		return {
			path: this.connector.localPath,
			acceptTypes: this.acceptTypes,
			acceptWrappedTypes: this.options.acceptWrappedTypes ?? ['*'],
		};
	}

	get acceptTypes() {
		return this.options.acceptTypes ?? (this.callbacks.file ? [...ACCEPT_TYPES, '*'] : ACCEPT_TYPES);
	}

	// REMOTE: { path, acceptTypes } from the other side; without a path, the first that calls
	// is accepted. Resolves when there is a session.
	async start(remote = {}) {
		this.remoteTypes = remote.acceptTypes ?? ['*'];
		const options = {
			...this.options,
			acceptTypes: this.acceptTypes,
			begin: (message) => this.begin(message),
			bound: (session) => { this.session = session; },
			lost: (error) => this.callbacks.lost?.(error),
			resumed: () => this.callbacks.resumed?.(),
			closed: (error) => this.callbacks.ended?.(error),
		};
		this.session = await this.connector.complete(remote.path ?? null, options);
		return this;
	}

	// ---- sending ----

	get wraps() {
		return Boolean(this.options.local) &&
			this.remoteTypes.some((type) => type === '*' || type.toLowerCase() === 'message/cpim');
	}

	requireSession() {
		if (!this.session)
			throw new MsrpError('INVALID', 'the chat has not started');
		return this.session;
	}

	// Returns an Outgoing that asks for a report from the other end.
	send(content, options = {}) {
		const { contentType = TEXT, subject } = options;
		const session = this.requireSession();
		if (!this.wraps)
			return session.send(content, { successReport: true, ...options, contentType });
		const { local, remote = ANONYMOUS } = this.options;
		const cpim = new Cpim({ from: local, to: remote, subject, contentType, content,
			datetime: new Date().toISOString() });
		return session.send(cpim.format(), { successReport: true, ...options, contentType: 'message/cpim' });
	}

	sendComposing({ active, refresh }) {
		return this.requireSession().send(formatComposing({ active, refresh }),
			{ contentType: COMPOSING_TYPE, failures: 'no' });
	}

	// A Blob, File or stream; OPTIONS as for Session.send().
	sendFile(file, options = {}) {
		return this.requireSession().send(file, { successReport: true, ...options });
	}

	setKeepAlive(ms) {
		this.requireSession().setKeepAlive(ms);
	}

	setNickname(nickname) {
		return this.requireSession().setNickname(nickname);
	}

	// Sends what was queued, then closes.
	async end() {
		await this.session?.shutdown();
		this.connector.cleanup();
	}

	// ---- receiving ----

	begin(message) {
		// An offer of a file (RFC 5547) inside a session, which we do not answer.
		if (isType(message.contentType, 'application/sdp'))
			return NOT_ACCEPTED;
		const isFile = message.disposition !== '' && !/^(inline|render)\b/i.test(message.disposition);
		const isText = ACCEPT_TYPES.some((type) => isType(message.contentType, type)) ||
			/^text\//i.test(message.contentType);
		if (this.callbacks.file && (isFile || !isText))
			return this.callbacks.file(message);
		message.octets({ max: this.options.maxSize ?? MESSAGE_MAX })
			.then((octets) => this.deliver(message, octets))
			.catch(() => {}); // its sender was told
		return 0;
	}

	deliver(message, octets) {
		let { contentType } = message, content = octets, cpim = null;
		if (isType(contentType, 'message/cpim')) {
			cpim = Cpim.parse(octets);
			({ contentType, content } = cpim);
		}
		if (isType(contentType, COMPOSING_TYPE)) {
			this.callbacks.composing?.(parseComposing(fromUtf8(content)));
			return;
		}
		const { messageId, head } = message;
		const text = /^text\//i.test(contentType) ? new TextDecoder().decode(content) : null;
		this.callbacks.message?.({ messageId, contentType, text, content, cpim, head });
	}
}
