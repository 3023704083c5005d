// SPDX-License-Identifier: GPL-3.0-or-later
// One MSRP session: messages out and in, reports, keep-alives and nicknames. It belongs to a
// Connector, which passes it incoming requests, and survives a change of connection.

import { Chunk } from './chunk.js';
import { deferred } from './clock.js';
import { MsrpError, statusError } from './error.js';
import { Inbox } from './inbox.js';
import { randomIdent } from './octets.js';
import { Lane, Outgoing } from './outgoing.js';

const NICKNAME_MAX = 1023; // octets, as in msrp.h
const UNREPORTED_MAX = 16384; // messages; limits the memory for a peer that does not report
const FOLLOW_MS = 120000; // how long to wait for the other side to come back, with follow

// The states: "open", "lost" while either side has no connection, "closed".
export class Session {
	constructor(connector, remotePath, options) {
		this.connector = connector;
		this.clock = connector.clock;
		this.remotePath = remotePath;
		this.options = options;
		this.state = 'lost';
		this.isReady = deferred();
		this.inbox = new Inbox(this, options);
		this.lanes = [new Lane(this), new Lane(this)];
		this.outgoing = new Map();
		this.keepAlive = null;
	}

	get localPath() {
		return this.connector.localPath;
	}

	get link() {
		return this.connector.link;
	}

	// ---- sending ----

	// BODY: text, octets, Blob, File or ReadableStream. Texts and octets stay in order, and
	// pass Blobs and streams, which stay in order, too.
	send(body, options = {}) {
		const outgoing = new Outgoing(body, options);
		if (this.state === 'closed' || this.isShutDown) {
			outgoing.fail(this.error ?? new MsrpError('CLOSED'));
			return outgoing;
		}
		outgoing.ended = () => this.outgoing.delete(outgoing.messageId);
		this.outgoing.set(outgoing.messageId, outgoing);
		if (this.outgoing.size > UNREPORTED_MAX)
			this.forgetOldest();
		this.lanes[outgoing.isStream ? 1 : 0].push(outgoing);
		return outgoing;
	}

	forgetOldest() {
		for (const outgoing of this.outgoing.values()) {
			if (!outgoing.isWritten)
				continue;
			outgoing.fail(statusError(408));
			return;
		}
	}

	// Resolves when there is a connection to send over.
	ready() {
		return this.isReady.promise;
	}

	get paths() {
		return [['To-Path', this.connector.pathTo(this.remotePath)], ['From-Path', this.connector.uri]];
	}

	sendPiece(outgoing, piece) {
		return this.link.turn(() => {
			if (outgoing.isOver)
				return;
			const chunk = outgoing.chunk(piece, this.link.newId(), this.paths);
			outgoing.outstanding++;
			if (outgoing.failures === 'no') {
				this.link.write(chunk);
				outgoing.answer(200, '', piece.octets.length);
			} else {
				this.awaitAnswer(outgoing, chunk);
			}
		});
	}

	awaitAnswer(outgoing, chunk) {
		const request = this.link.request(chunk, outgoing.failures === 'partial');
		request.promise.then((response) => {
			if (response || request.late)
				outgoing.answer(response?.code ?? (request.quiet ? 200 : 408), response?.comment, chunk.data.length);
			else
				outgoing.fail(new MsrpError('CLOSED', 'the connection is gone; it may have arrived or not'));
			if (response?.code === 481)
				this.lose(statusError(481, response.comment));
		});
	}

	abortMessage(outgoing) {
		if (this.state !== 'open' || !this.link?.isOpen || !outgoing.isOver)
			return;
		const chunk = outgoing.abortChunk(this.link.newId(), this.paths);
		if (chunk)
			this.link.write(chunk);
	}

	// A request without a body: it binds, or keeps alive.
	sendEmpty(headers = []) {
		return this.link.request(new Chunk({ transactionId: this.link.newId(), method: 'SEND',
			headers: [...this.paths, ['Message-ID', randomIdent()], ...headers] }));
	}

	// ---- nicknames (RFC 7701) ----

	// Resolves when the other side, a conference, has given us the name; "" gives it up.
	async setNickname(nickname) {
		if (new TextEncoder().encode(nickname).length > NICKNAME_MAX)
			throw new MsrpError('INVALID', 'a nickname that is too long');
		await this.ready();
		const response = await this.link.request(new Chunk({ transactionId: this.link.newId(),
			method: 'NICKNAME', headers: [...this.paths, ['Use-Nickname', `"${nickname}"`]] })).promise;
		if (response?.code !== 200)
			throw statusError(response?.code ?? 408, response?.comment);
	}

	takeNickname(chunk) {
		const name = /^"(.*)"$/s.exec(chunk.header('Use-Nickname') ?? '')?.[1];
		if (!this.options.nickname)
			this.link.respond(chunk, 501);
		else if (name === undefined || name.length > NICKNAME_MAX)
			this.link.respond(chunk, 424);
		else
			this.link.respond(chunk, this.options.nickname(name));
	}

	// ---- receiving ----

	// A request to our URI; returns null, or the code that refuses it.
	receive(chunk) {
		if (chunk.method === 'REPORT' && this.connector.isOnPath(chunk.fromPath, this.remotePath)) {
			this.takeReport(chunk);
			return null;
		}
		const from = this.connector.pathFrom(chunk.fromPath);
		if (!from || (!from.equal(this.remotePath) && !this.mayFollow(from)))
			return 481;
		this.hasHeard = true;
		if (this.state === 'lost' || from.text !== this.remotePath.text)
			this.resumed(from);
		if (chunk.method === 'SEND')
			this.inbox.take(chunk);
		else if (chunk.method === 'NICKNAME')
			this.takeNickname(chunk);
		else
			this.link.respond(chunk, 501);
		return null;
	}

	// A client that returns over another relay session is recognised by its own URI, which is a
	// secret of both ends and their relays.
	mayFollow(from) {
		return Boolean(this.options.follow) && from.last.equal(this.remotePath.last);
	}

	takeReport(chunk) {
		const { status } = chunk;
		if (!status)
			return;
		this.outgoing.get(chunk.messageId)?.report(status, chunk.byteRange);
		if (status.code === 481 || this.keepAlive?.messageId === chunk.messageId)
			this.judge(status.code);
	}

	// Reports on a message that was received without automaticReports (RFC 4975 7.1.2).
	report(message, code = 200, comment = '') {
		this.inbox.report(message, code, comment);
	}

	// ---- keep-alive ----

	// Checks every MS whether the other side is there; 0: stops.
	setKeepAlive(ms) {
		this.clock.clearTimeout(this.keepAlive?.timer);
		this.keepAlive = ms > 0 ? { ms, timer: null, messageId: null } : null;
		if (ms > 0)
			this.startKeepAlive();
	}

	startKeepAlive() {
		const { keepAlive } = this;
		keepAlive.timer = this.clock.setTimeout(() => {
			if (this.state === 'open' && this.link.isOpen)
				this.sendKeepAlive(keepAlive);
			this.startKeepAlive();
		}, keepAlive.ms);
	}

	async sendKeepAlive(keepAlive) {
		if (keepAlive.request)
			return;
		const before = this.link.receivedAt;
		try {
			keepAlive.request = this.sendEmpty([['Keep-Alive', 'yes']]);
			const { link } = this;
			const response = await keepAlive.request.promise;
			if (response)
				this.judge(response.code);
			else if (keepAlive.request.late && link.receivedAt === before)
				this.judge(408);
		} finally {
			keepAlive.request = null;
		}
	}

	// 408 and 481 say that the other side is not there (RFC 4975 10.5).
	judge(code) {
		if (code === 481 || code === 408)
			this.lose(new MsrpError('KEEP_ALIVE', 'the other side is not there any more', code));
	}

	// ---- states ----

	// We are connected, and the other side is there.
	resumed(from) {
		if (this.state === 'closed')
			return;
		const wasLost = this.hasBeenLost;
		this.remotePath = from;
		this.state = 'open';
		this.hasBeenLost = false;
		this.clock.clearTimeout(this.followTimer);
		this.isReady.resolve();
		if (wasLost)
			this.options.resumed?.();
	}

	// Either side has no connection. With follow, waits a while and continues when there is one
	// again; but not if the other side was never there.
	lose(error, isOurs = false) {
		if (this.state !== 'open')
			return;
		if (!isOurs && !(this.options.follow && this.hasHeard)) {
			this.end(error);
			return;
		}
		this.state = 'lost';
		this.hasBeenLost = true;
		this.isReady = deferred();
		this.inbox.abort(error);
		if (!isOurs)
			this.followTimer = this.clock.setTimeout(() => this.end(error),
				this.options.followTimeout ?? FOLLOW_MS);
		this.options.lost?.(error);
	}

	// We have a new connection, and tell the other side.
	async resume() {
		if (this.state !== 'lost')
			return;
		const response = await this.sendEmpty().promise;
		if (response?.code === 200)
			this.resumed(this.remotePath);
		else if (response)
			this.end(statusError(response.code, response.comment));
	}

	laneIsIdle() {
		if (this.isShutDown && this.lanes.every((lane) => !lane.isRunning))
			this.finish();
	}

	// Resolves when everything queued has been sent and answered, and the session is over.
	async shutdown() {
		this.isShutDown = true;
		this.over ??= deferred();
		this.laneIsIdle();
		return this.over.promise;
	}

	async finish() {
		await Promise.allSettled([...this.outgoing.values()].map((outgoing) => outgoing.response));
		this.end(null);
	}

	// At once: messages under way fail.
	close() {
		this.end(null);
	}

	end(error) {
		if (this.state === 'closed')
			return;
		this.state = 'closed';
		this.error = error ?? new MsrpError('CLOSED', 'we have closed the session');
		this.setKeepAlive(0);
		this.clock.clearTimeout(this.followTimer);
		this.isReady.reject(this.error);
		for (const outgoing of [...this.outgoing.values()])
			outgoing.fail(this.error);
		this.inbox.abort(this.error);
		this.over?.resolve();
		this.connector.forget(this);
		this.options.closed?.(error);
	}
}
