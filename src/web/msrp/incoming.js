// SPDX-License-Identifier: GPL-3.0-or-later
// An incoming message: puts its chunks in order for a sink, whatever their order and overlaps. The
// session makes it, and sends its answers.

import { MsrpError, statusError } from './error.js';
import { fileName } from './header.js';
import { fromUtf8 } from './octets.js';
import { BlobSink, MemorySink, NoSink, StreamSink } from './sink.js';

const MEMORY_MAX = 1024 * 1024; // octets of a message in memory, as in msrp.h
const BLOB_MAX = 4 * 1024 * 1024 * 1024; // octets of a Blob: a stranger must not fill the disk
const AHEAD_MAX = 4 * 1024 * 1024; // octets after a hole
const AHEAD_N_MAX = 1024; // pieces after a hole

const OK = 200, BAD_REQUEST = 400, STOP = 413;

export const NOT_ACCEPTED = 415;

export class Incoming {
	constructor(head) {
		this.head = head; // the first chunk, without data
		this.messageId = head.messageId;
		this.contentType = head.contentType;
		this.disposition = head.header('Content-Disposition') ?? '';
		this.total = null; // octets; null: unknown
		this.received = 0; // octets from the start without a hole
		this.complete = false;
		this.successReport = false;
		this.failures = head.failures;
		this.progress = null; // yours: called when more has come
		this.sink = null;
		this.refusal = null; // { code, comment }
		this.ahead = []; // [offset, octets], after a hole
		this.aheadSize = 0;
		this.end = null; // where '$' says that it ends
		this.toldEnd = null; // the stated end of the last range, and the real one
		this.cameEnd = 0;
	}

	// The sender's name for a file, safe to save under; '' if there is none.
	get fileName() {
		return fileName(this.disposition);
	}

	// ---- for the application, in begin() ----

	read(sink) {
		if (this.sink)
			throw new MsrpError('INVALID', 'the message is being read already');
		this.sink = sink;
		return sink;
	}

	// Each resolves when the message is complete, and rejects if it is aborted or too large.
	octets({ max = MEMORY_MAX } = {}) {
		return this.read(new MemorySink(max)).promise;
	}

	text(options) {
		return this.octets(options).then(fromUtf8);
	}

	blob({ max = BLOB_MAX } = {}) {
		return this.read(new BlobSink(max, this.contentType)).promise;
	}

	// A ReadableStream of Uint8Arrays; a slow reader slows the sender, and cancel() refuses.
	stream() {
		return this.read(new StreamSink(() => this.refuse(STOP))).stream;
	}

	// At any time: the sender learns it with its next chunk. Codes of RFC 4975 section 10.
	refuse(code = STOP, comment = '') {
		if (this.complete || this.refusal)
			return;
		this.refusal = { code, comment };
		this.abort(statusError(code, comment));
	}

	// ---- for the session ----

	abort(error) {
		this.ahead = [];
		this.aheadSize = 0;
		this.sink?.abort(error);
		this.sink = new NoSink();
	}

	// Octets of it that are held in memory.
	get held() {
		return this.aheadSize + this.sink.held;
	}

	// Takes a chunk; returns { code, comment, wait } for the answer.
	take(chunk) {
		this.successReport ||= chunk.successReport;
		if (!this.refusal)
			try {
				const wait = this.place(chunk);
				if (!this.refusal)
					return { code: OK, comment: '', wait };
			} catch (error) {
				this.refuse(error.status || BAD_REQUEST, error.message);
			}
		return { ...this.refusal, wait: undefined };
	}

	place(chunk) {
		const range = chunk.byteRange;
		const octets = chunk.data ?? new Uint8Array();
		let from = chunk.header('Byte-Range') === null ? this.received : range.start - 1;
		// Some senders count characters of text; then the next chunk begins where this one
		// really ends.
		if (this.toldEnd !== null && from === this.toldEnd && this.cameEnd > this.toldEnd)
			from = this.cameEnd;
		if (!Number.isSafeInteger(from + octets.length))
			throw new MsrpError('PROTOCOL', 'a range beyond all numbers');
		this.noteTotal(range.total, from + octets.length);
		this.cameEnd = from + octets.length;
		this.toldEnd = this.isText ? range.end : null;
		const wait = this.put(from, octets);
		if (chunk.flag === '$')
			this.noteEnd(range, octets.length);
		if (this.end !== null && this.received >= this.end)
			this.finish();
		else if (octets.length > 0)
			this.progress?.(this.received, this.total);
		return wait;
	}

	get isText() {
		return /^(text\/|message\/cpim)/i.test(this.contentType);
	}

	noteTotal(total, end) {
		if (total !== null && !this.oddTotal) {
			if (this.total !== null && this.total !== total)
				throw new MsrpError('PROTOCOL', 'another total than before');
			this.total = total;
		}
		if (this.total === null || end <= this.total)
			return;
		if (!this.isText)
			throw new MsrpError('PROTOCOL', 'more octets than the total');
		this.oddTotal = true;
		this.total = null;
	}

	// RFC 4975 7.3.1: the chunk with '$' has the end; with fewer octets it is incomplete.
	noteEnd(range, length) {
		const told = length > 0 || range.end === null ? this.cameEnd : range.end;
		this.end = Math.max(told, this.oddTotal ? 0 : range.end ?? 0, length > 0 ? 0 : this.received);
		this.total = Math.max(this.total ?? 0, this.end);
		this.end = this.total;
	}

	finish() {
		this.complete = true;
		this.total = this.received;
		this.progress?.(this.received, this.total);
		this.sink.end();
	}

	put(from, octets) {
		if (from > this.received)
			return this.keep(from, octets);
		let wait = this.pass(from, octets);
		while (this.ahead.length > 0 && this.ahead[0][0] <= this.received) {
			const [offset, kept] = this.ahead.shift();
			this.aheadSize -= kept.length;
			wait = this.pass(offset, kept) ?? wait;
		}
		return wait;
	}

	// Octets that are there already are not replaced.
	pass(from, octets) {
		const fresh = octets.subarray(Math.min(this.received - from, octets.length));
		this.received += fresh.length;
		return fresh.length > 0 ? this.sink.write(fresh) : undefined;
	}

	keep(from, octets) {
		this.aheadSize += octets.length;
		if (this.aheadSize > AHEAD_MAX || this.ahead.length >= AHEAD_N_MAX)
			throw new MsrpError('REFUSED', 'too much behind a hole', STOP);
		this.ahead.push([from, octets]);
		this.ahead.sort(([a], [b]) => a - b);
	}
}
