// SPDX-License-Identifier: GPL-3.0-or-later
// The destination of an incoming message's octets, in order: memory, a Blob, or the reader of a
// stream. write() may return a promise: then the sender is answered later, so that the relay slows
// down for a slow reader. held: octets that are kept in memory.

import { deferred } from './clock.js';
import { MsrpError } from './error.js';
import { concat } from './octets.js';

const BLOB_PIECE = 4 * 1024 * 1024; // octets; a browser may keep Blobs on disk, but not arrays
const STREAM_WAITING = 1024 * 1024; // unread octets above which the sender has to wait

function tooMuch(max) {
	return new MsrpError('REFUSED', `more than ${max} octets`, 413);
}

export class MemorySink {
	constructor(max) {
		this.max = max;
		this.size = 0;
		this.parts = [];
		Object.assign(this, deferred());
	}

	get held() {
		return this.size;
	}

	write(octets) {
		this.size += octets.length;
		if (this.size > this.max)
			throw tooMuch(this.max);
		this.parts.push(octets);
	}

	end() {
		this.resolve(concat(this.parts));
	}

	abort(error) {
		this.parts = [];
		this.reject(error);
	}
}

export class BlobSink extends MemorySink {
	constructor(max, type) {
		super(max);
		this.type = type;
		this.waiting = 0; // octets in parts that are not in a Blob yet
		this.blobs = [];
	}

	get held() {
		return this.waiting;
	}

	write(octets) {
		super.write(octets);
		this.waiting += octets.length;
		if (this.waiting >= BLOB_PIECE)
			this.gather();
	}

	gather() {
		this.blobs.push(new Blob(this.parts.splice(0)));
		this.waiting = 0;
	}

	end() {
		this.gather();
		this.resolve(new Blob(this.blobs, { type: this.type }));
	}

	abort(error) {
		this.blobs = [];
		super.abort(error);
	}
}

export class StreamSink {
	// Calls CANCELLED() when the reader wants no more.
	constructor(cancelled) {
		this.room = null;
		this.stream = new ReadableStream({
			start: (controller) => { this.controller = controller; },
			pull: () => this.room?.resolve(),
			cancel: () => {
				this.controller = null;
				this.room?.resolve();
				cancelled();
			},
		}, { highWaterMark: STREAM_WAITING, size: (octets) => octets.length });
	}

	get held() {
		return STREAM_WAITING - (this.controller?.desiredSize ?? STREAM_WAITING);
	}

	write(octets) {
		if (octets.length > 0)
			this.controller.enqueue(octets);
		if (this.controller.desiredSize > 0)
			return undefined;
		this.room = deferred();
		return this.room.promise;
	}

	end() {
		this.controller.close();
		this.room?.resolve();
	}

	abort(error) {
		this.controller?.error(error);
		this.room?.resolve();
	}
}

// For a message that nobody reads.
export class NoSink {
	get held() {
		return 0;
	}

	write() {}
	end() {}
	abort() {}
}
