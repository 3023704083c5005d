// SPDX-License-Identifier: GPL-3.0-or-later
// The messages that a session receives: which are accepted, which chunk belongs to which, and the
// answers and reports to their senders.

import { Chunk } from './chunk.js';
import { MsrpError } from './error.js';
import { ByteRange } from './header.js';
import { Incoming, NOT_ACCEPTED } from './incoming.js';

const INCOMPLETE_MAX = 64; // messages of one session at a time, as in libmsrp
const HELD_MAX = 64 * 1024 * 1024; // octets of all of them in memory: unread, or after a hole
const HOLD_MS = 20000; // a slow reader delays answers no longer: the relay gives up after 30 s
const ID_MAX = 256; // characters of a received Message-ID; RFC 4975 has 32

// Does TYPE, without its parameters, match one of PATTERNS: "text/plain", "text/*", "*"?
function matches(patterns, type) {
	const plain = type.split(';')[0].trim().toLowerCase();
	return patterns.some((pattern) => {
		const wanted = pattern.toLowerCase();
		return wanted === '*' || wanted === plain ||
			(wanted.endsWith('/*') && plain.startsWith(wanted.slice(0, -1)));
	});
}

export class Inbox {
	constructor(session, { acceptTypes = ['*'], automaticReports = true, begin = null }) {
		this.session = session;
		this.acceptTypes = acceptTypes;
		this.automaticReports = automaticReports;
		this.begin = begin;
		this.messages = new Map(); // incomplete or refused, by Message-ID
	}

	take(chunk) {
		const { messageId } = chunk;
		let message = this.messages.get(messageId);
		if (!message) {
			// Without a type or octets it keeps the connection alive, or binds.
			if (chunk.data === null || (chunk.contentType === '' && chunk.data.length === 0))
				this.answer(chunk, { code: 200, comment: '' });
			else if (messageId === '' || messageId.length > ID_MAX)
				this.answer(chunk, { code: 400, comment: 'no Message-ID' });
			else
				message = this.admit(chunk);
		}
		if (message)
			this.feed(message, chunk);
	}

	// A new message; null if it was refused at once.
	admit(chunk) {
		const message = new Incoming(new Chunk({ ...chunk, data: null }));
		let code = matches(this.acceptTypes, chunk.contentType) ? 0 : NOT_ACCEPTED;
		if (code === 0 && !this.makeRoom())
			code = 413;
		if (code !== 0) {
			this.answer(chunk, { code, comment: '' });
			return null;
		}
		this.messages.set(message.messageId, message);
		message.fromPath = chunk.fromPath;
		code = this.begin?.(message);
		if (code >= 400)
			message.refuse(code);
		else if (!message.sink && !message.refusal)
			message.refuse(NOT_ACCEPTED, 'nobody reads it');
		return message;
	}

	// Drops one that can be spared: refused, or ended although octets are missing.
	makeRoom() {
		if (this.messages.size < INCOMPLETE_MAX)
			return true;
		const all = [...this.messages.values()];
		const victim = all.find((message) => message.refusal) ?? all.find(({ end }) => end !== null);
		if (!victim)
			return false;
		victim.abort(new MsrpError('ABORTED', 'the end of the message has not come'));
		return this.messages.delete(victim.messageId);
	}

	feed(message, chunk) {
		if (chunk.flag === '#') {
			this.messages.delete(message.messageId);
			message.abort(new MsrpError('ABORTED', 'its sender has aborted the message'));
			this.answer(chunk, { code: 200, comment: '' });
			return;
		}
		if (this.held() + (chunk.data?.length ?? 0) > HELD_MAX)
			message.refuse(413, 'too much at a time');
		const answer = message.take(chunk);
		if (message.complete || (message.refusal && chunk.flag === '$'))
			this.messages.delete(message.messageId);
		if (answer.wait)
			this.answerLater(chunk, answer);
		else
			this.answer(chunk, answer);
		if (message.complete && this.automaticReports)
			this.report(message, 200);
	}

	held() {
		let sum = 0;
		for (const message of this.messages.values())
			sum += message.held;
		return sum;
	}

	answer(chunk, { code, comment }) {
		this.session.link?.respond(chunk, code, comment);
	}

	answerLater(chunk, answer) {
		const { clock, link } = this.session;
		let timer = null;
		const respond = () => {
			clock.clearTimeout(timer);
			if (timer !== null && link === this.session.link && link?.isOpen)
				link.respond(chunk, answer.code, answer.comment);
			timer = null;
		};
		timer = clock.setTimeout(respond, HOLD_MS);
		answer.wait.then(respond);
	}

	// To the other end, if it asks for reports (RFC 4975 7.1.3, 7.1.4), and once.
	report(message, code, comment = '') {
		const wanted = code === 200 ? message.successReport && message.complete : message.failures !== 'no';
		const { link, connector } = this.session;
		if (!wanted || message.isReported || !link?.isOpen)
			return;
		message.isReported = true;
		link.write(new Chunk({ transactionId: link.newId(), method: 'REPORT', headers: [
			['To-Path', message.fromPath], ['From-Path', connector.uri],
			['Message-ID', message.messageId],
			['Byte-Range', new ByteRange(1, message.received, message.total)],
			['Status', `000 ${code} ${comment || (code === 200 ? 'OK' : 'failed')}`]] }));
	}

	abort(error) {
		for (const message of this.messages.values())
			message.abort(error);
		this.messages.clear();
	}
}
