// SPDX-License-Identifier: GPL-3.0-or-later
// An outgoing message: its source, its chunks, and their outcomes. The session makes it, a lane
// takes its pieces, and the application watches it.

import { Chunk } from './chunk.js';
import { deferred } from './clock.js';
import { Coverage } from './coverage.js';
import { MsrpError, statusError } from './error.js';
import { attachment, ByteRange } from './header.js';
import { randomIdent } from './octets.js';
import { makeSource } from './source.js';

const CHUNK = 64 * 1024; // octets: a message of another session waits for no more than this

function defaultType(body) {
	if (typeof body === 'string')
		return 'text/plain; charset=utf-8';
	return (body instanceof Blob && body.type) || 'application/octet-stream';
}

function dispositionOf(body, options) {
	if (options.disposition !== undefined)
		return options.disposition;
	const name = options.fileName ?? (typeof File === 'function' && body instanceof File ? body.name : '');
	return name ? attachment(name) : '';
}

export class Outgoing {
	constructor(body, options = {}) {
		this.messageId = options.messageId ?? randomIdent();
		this.contentType = options.contentType ?? defaultType(body);
		this.disposition = dispositionOf(body, options);
		this.failures = options.failures ?? 'yes';
		this.successReport = options.successReport ?? false;
		this.headers = options.headers ?? [];
		this.chunkSize = options.chunkSize ?? CHUNK;
		this.source = makeSource(body, options.size);
		this.total = this.source.total; // octets; null: not known yet
		this.isStream = body instanceof Blob || body instanceof ReadableStream;
		this.sent = 0; // octets in chunks
		this.acknowledged = 0; // octets in chunks that were answered
		this.progress = options.progress ?? null;
		this.isWritten = false;
		this.isOver = false;
		this.outstanding = 0;
		this.reported = new Coverage();
		this.answers = deferred();
		this.deliveries = deferred();
		this.watchSignal(options.signal);
	}

	// ---- for the application ----

	// Resolves when the next hop has answered all of it, rejects with the first failure.
	get response() {
		return this.answers.promise;
	}

	// Resolves when the other side has everything; only with successReport.
	get delivered() {
		return this.deliveries.promise;
	}

	// Ends it early; the other side is told.
	abort() {
		this.fail(new MsrpError('ABORTED', 'we have aborted the message'));
	}

	watchSignal(signal) {
		if (signal?.aborted)
			this.abort();
		signal?.addEventListener('abort', () => this.abort(), { once: true });
	}

	// ---- for lane and session ----

	fail(error) {
		if (!this.isOver)
			this.source.cancel(error);
		this.isOver = true;
		this.answers.reject(error);
		this.deliveries.reject(error);
		this.ended?.();
	}

	// { octets, flag }, or null after the last. One of unknown length has an empty last piece.
	async next() {
		if (this.isWritten || this.isOver)
			return null;
		const octets = await this.source.next(this.chunkSize);
		if (!octets)
			return { octets: new Uint8Array(), flag: '$' };
		return { octets, flag: this.sent + octets.length === this.total ? '$' : '+' };
	}

	// The chunk of a piece; TRANSACTION_ID and PATHS are those of the session.
	chunk({ octets, flag }, transactionId, paths) {
		const start = this.sent + 1;
		this.sent += octets.length;
		if (flag === '$') {
			this.isWritten = true;
			this.total = this.sent;
			this.source = { cancel() {} };
		}
		const headers = [...paths, ['Message-ID', this.messageId]];
		if (this.successReport)
			headers.push(['Success-Report', 'yes']);
		if (this.failures !== 'yes')
			headers.push(['Failure-Report', this.failures]);
		headers.push(['Byte-Range', new ByteRange(start, this.sent, this.total)], ...this.headers);
		if (this.disposition)
			headers.push(['Content-Disposition', this.disposition]);
		headers.push(['Content-Type', this.contentType]);
		return new Chunk({ transactionId, method: 'SEND', headers, data: octets, flag });
	}

	// The chunk that aborts it (RFC 4975 7.1.1); null if the other side has nothing of it.
	abortChunk(transactionId, paths) {
		if (this.sent === 0 || this.isWritten)
			return null;
		this.isWritten = true;
		return new Chunk({ transactionId, method: 'SEND', flag: '#', headers: [...paths,
			['Message-ID', this.messageId], ['Failure-Report', 'no'],
			['Byte-Range', new ByteRange(this.sent + 1, this.sent, this.total)]] });
	}

	// CODE: of the response to a chunk of N octets.
	answer(code, comment, n) {
		this.outstanding--;
		if (code !== 200) {
			this.fail(statusError(code, comment));
			return;
		}
		this.acknowledged += n;
		this.progress?.(this.acknowledged, this.total);
		if (this.isWritten && this.outstanding === 0 && !this.isOver) {
			this.isOver = true;
			this.answers.resolve({ messageId: this.messageId, status: 200 });
			if (!this.successReport)
				this.ended?.();
		}
	}

	// A REPORT has come.
	report({ code, comment }, range) {
		if (code !== 200) {
			this.fail(statusError(code, comment));
			return;
		}
		if (!this.reported.add(range.start - 1, range.end ?? range.total ?? 0)) {
			this.fail(new MsrpError('PROTOCOL', 'reports with too many holes'));
		} else if (this.isWritten && this.reported.covers(this.total)) {
			this.deliveries.resolve({ messageId: this.messageId, status: 200 });
			this.ended?.();
		}
	}
}

// Messages that are sent one after the other; the lanes of a link take turns, chunk by chunk.
export class Lane {
	constructor(session) {
		this.session = session;
		this.queue = [];
		this.isRunning = false;
	}

	push(outgoing) {
		this.queue.push(outgoing);
		if (!this.isRunning)
			this.run();
	}

	async run() {
		this.isRunning = true;
		while (this.queue.length > 0) {
			const outgoing = this.queue[0];
			try {
				await this.session.ready();
				await this.sendAll(outgoing);
			} catch (error) {
				outgoing.fail(error instanceof MsrpError ? error : new MsrpError('ABORTED', error.message));
				this.session.abortMessage(outgoing);
			}
			this.queue.shift();
		}
		this.isRunning = false;
		this.session.laneIsIdle();
	}

	async sendAll(outgoing) {
		for (let piece = await outgoing.next(); piece; piece = await outgoing.next())
			await this.session.sendPiece(outgoing, piece);
		this.session.abortMessage(outgoing); // if it ended before it was written
	}

	fail(error) {
		for (const outgoing of this.queue)
			outgoing.fail(error);
	}
}
