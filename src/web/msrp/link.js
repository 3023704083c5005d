// SPDX-License-Identifier: GPL-3.0-or-later
// One WebSocket to a relay: chunks out and in, requests with their answers, and turns for those who
// want to send. A WebSocket does not report when it has room, so senders are paced by the answers
// to what they sent, which also arrive in a background tab whose timers are slowed.

import { Chunk } from './chunk.js';
import { deferred, withTimeout } from './clock.js';
import { MsrpError } from './error.js';
import { randomIdent, toUtf8 } from './octets.js';

const UNSENT_MAX = 256 * 1024; // bufferedAmount above which nobody gets a turn
const UNANSWERED_MAX = 1024 * 1024; // octets: 10 MiB/s at a round trip of 100 ms
const REQUESTS_MAX = 256; // under way at a time; the relay keeps 1024 for one connection
const CHUNK_MAX = 1024 * 1024; // octets of a received chunk; relays cut to 16 KiB
const QUIET_MAX = 1024; // requests whose silence means success; more are taken for it
const REPLIES_MAX = 16 * 1024 * 1024; // a peer that does not read its answers is disconnected
const TICK_MS = 20; // how often bufferedAmount is checked when there is no other sign
const WATCH_MS = 1000; // how often overdue answers are checked

export class Link {
	// CALLBACKS: request(chunk), for each request; closed(error), once, after it was open.
	constructor(url, options, callbacks) {
		this.url = url;
		this.clock = options.clock;
		this.WebSocket = options.WebSocket;
		this.connectTimeout = options.connectTimeout;
		this.responseTimeout = options.responseTimeout;
		this.callbacks = callbacks;
		this.pending = new Map(); // transaction id: a request, in the order of sending
		this.turns = [];
		this.written = 0; // octets since the start
		this.unanswered = 0; // octets and number of chunks that await an answer
		this.awaited = 0;
		this.receivedAt = this.answeredAt = 0;
		this.isOpen = false;
	}

	// ---- connecting ----

	async open() {
		const opened = deferred();
		const socket = this.socket = new this.WebSocket(this.url, 'msrp');
		socket.binaryType = 'arraybuffer';
		socket.onopen = () => opened.resolve();
		socket.onerror = () => {}; // a close follows, with the same information
		socket.onclose = (event) => {
			opened.reject(new MsrpError('CONNECT', closeText('the WebSocket was refused', event)));
			this.end(new MsrpError('CLOSED', closeText('the relay closed the connection', event)));
		};
		socket.onmessage = (event) => this.receive(event.data);
		try {
			await withTimeout(this.clock, opened.promise, this.connectTimeout,
				new MsrpError('CONNECT_TIMEOUT'));
			if (socket.protocol !== 'msrp')
				throw new MsrpError('PROTOCOL', 'the server does not speak MSRP');
		} catch (error) {
			this.end(error);
			throw error;
		}
		this.isOpen = true;
		this.receivedAt = this.clock.now();
		return this;
	}

	close() {
		this.end(new MsrpError('CLOSED', 'we have closed the connection'));
	}

	end(error) {
		const wasOpen = this.isOpen;
		this.isOpen = false;
		this.error ??= error;
		if (this.socket) {
			this.socket.onmessage = this.socket.onclose = this.socket.onopen = null;
			this.socket.close();
			this.socket = null;
		}
		this.clock.clearTimeout(this.watch);
		this.clock.clearTimeout(this.tick);
		this.watch = this.tick = null;
		for (const request of [...this.pending.values()])
			this.settle(request, null);
		for (const turn of this.turns.splice(0))
			turn.reject(this.error);
		if (wasOpen)
			this.callbacks.closed(this.error);
	}

	// ---- sending ----

	// At once, ahead of all waiting chunks: answers, reports, AUTH.
	write(chunk) {
		if (!this.isOpen)
			throw this.error ?? new MsrpError('CLOSED');
		if (this.socket.bufferedAmount > REPLIES_MAX) {
			this.end(new MsrpError('CLOSED', 'the relay does not read what we answer'));
			throw this.error;
		}
		const octets = chunk.encode();
		this.socket.send(octets);
		this.written += octets.length;
		return octets.length;
	}

	// Likewise for a request: resolves with the response, or with null if there was none: not
	// in time, if request.late is set, or the connection is gone. QUIET ones need no answer.
	request(chunk, quiet = false) {
		const request = { ...deferred(), id: chunk.transactionId, quiet, late: false, sentAt: null };
		const octets = this.write(chunk);
		request.octets = quiet ? 0 : octets;
		request.end = this.written;
		this.unanswered += request.octets;
		this.awaited += quiet ? 0 : 1;
		this.pending.set(request.id, request);
		this.startWatch();
		if (this.pending.size - this.awaited > QUIET_MAX)
			this.settleLate([...this.pending.values()].find((other) => other.quiet));
		return request;
	}

	newId() {
		let id = randomIdent();
		while (this.pending.has(id))
			id = randomIdent();
		return id;
	}

	// Resolves when SEND has been called, as soon as there is room; in the order of calls.
	turn(send) {
		if (!this.isOpen)
			return Promise.reject(this.error ?? new MsrpError('CLOSED'));
		const turn = { ...deferred(), send };
		this.turns.push(turn);
		this.takeTurns();
		return turn.promise;
	}

	hasRoom() {
		return this.socket.bufferedAmount < UNSENT_MAX && this.unanswered < UNANSWERED_MAX &&
			this.awaited < REQUESTS_MAX;
	}

	takeTurns() {
		while (this.turns.length > 0 && this.isOpen && this.hasRoom()) {
			const turn = this.turns.shift();
			try {
				turn.resolve(turn.send());
			} catch (error) {
				turn.reject(error);
			}
		}
		if (this.turns.length > 0 && this.isOpen && !this.tick)
			this.tick = this.clock.setTimeout(() => {
				this.tick = null;
				this.takeTurns();
			}, TICK_MS);
	}

	// ---- answers ----

	settle(request, response) {
		if (this.pending.delete(request.id)) {
			this.unanswered -= request.octets;
			this.awaited -= request.quiet ? 0 : 1;
			request.resolve(response);
		}
	}

	settleLate(request) {
		request.late = true;
		this.settle(request, null);
	}

	startWatch() {
		this.watch ??= this.clock.setTimeout(() => {
			this.watch = null;
			this.findLate();
			if (this.pending.size > 0)
				this.startWatch();
		}, WATCH_MS);
	}

	// RFC 4975 7.1.1: the time runs from when everything was sent; and because answers come in
	// order and a slow receiver slows the relay, not before the earlier ones are answered.
	findLate() {
		const now = this.clock.now();
		this.noteSent(now);
		for (const request of [...this.pending.values()]) {
			const since = request.quiet ? request.sentAt : Math.max(request.sentAt, this.answeredAt);
			if (request.sentAt !== null && now - since >= this.responseTimeout)
				this.settleLate(request);
		}
		this.takeTurns();
	}

	noteSent(now) {
		const sent = this.written - (this.socket?.bufferedAmount ?? 0);
		for (const request of this.pending.values()) {
			if (request.end > sent)
				break;
			request.sentAt ??= now;
		}
	}

	// ---- receiving ----

	// An unreadable message is dropped; others share the connection.
	receive(data) {
		this.receivedAt = this.clock.now();
		const octets = typeof data === 'string' ? toUtf8(data) : new Uint8Array(data);
		let chunk;
		try {
			if (octets.length > CHUNK_MAX)
				throw new MsrpError('PROTOCOL', 'a chunk that is too long');
			chunk = Chunk.parse(octets);
		} catch (error) {
			this.refuseOctets(octets, error);
			return;
		}
		if (chunk.method)
			this.callbacks.request(chunk);
		else
			this.answer(chunk);
	}

	refuseOctets(octets, error) {
		const chunk = Chunk.salvage(octets);
		if (chunk)
			this.respond(chunk, octets.length > CHUNK_MAX ? 413 : 400, error.message);
	}

	// Answers a request, to the previous hop if it is a SEND, unless its sender wants no such
	// answer (RFC 4975 7.2, 7.1.2).
	respond(request, code, comment = '') {
		const { failures } = request;
		if (request.method === 'REPORT' || failures === 'no' || (failures === 'partial' && code === 200))
			return;
		const back = request.method === 'SEND' ? request.fromPath.first : request.fromPath;
		this.write(new Chunk({ transactionId: request.transactionId, code, comment,
			headers: [['To-Path', back], ['From-Path', request.toPath.first]] }));
	}

	answer(chunk) {
		const request = this.pending.get(chunk.transactionId);
		if (request) {
			this.answeredAt = this.clock.now();
			this.settle(request, chunk);
		}
		this.takeTurns();
	}
}

function closeText(text, event) {
	const reason = String(event?.reason ?? '').replace(/\p{Cc}/gu, ' ');
	return event?.code ? `${text} (${event.code}${reason ? ` ${reason}` : ''})` : text;
}
