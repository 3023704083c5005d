// SPDX-License-Identifier: GPL-3.0-or-later
// The source of an outgoing message: text, octets, a Blob or File, or a ReadableStream, in pieces
// of bounded size and never read further than needed.

import { MsrpError } from './error.js';
import { toOctets } from './octets.js';

const BLOCK = 1024 * 1024; // octets of a Blob read at a time: smaller blocks cost a task each

class OctetsSource {
	constructor(octets) {
		this.octets = octets;
		this.total = octets.length;
		this.at = 0;
	}

	// A piece of at most MAX octets; null when there are no more.
	next(max) {
		const piece = this.octets.subarray(this.at, this.at + max);
		this.at += piece.length;
		return piece.length > 0 ? piece : null;
	}

	cancel() {}
}

class BlobSource {
	constructor(blob) {
		this.blob = blob;
		this.total = blob.size;
		this.at = 0; // offset in what was read
		this.block = new OctetsSource(new Uint8Array());
	}

	async next(max) {
		const piece = this.block.next(max);
		if (piece || this.at === this.total)
			return piece;
		const block = this.blob.slice(this.at, this.at + BLOCK);
		this.block = new OctetsSource(new Uint8Array(await block.arrayBuffer()));
		this.at += this.block.total;
		if (this.block.total !== block.size)
			throw new MsrpError('ABORTED', 'the file has changed');
		return this.block.next(max);
	}

	cancel() {}
}

class StreamSource {
	constructor(stream, size) {
		this.reader = stream.getReader();
		this.total = size ?? null;
		this.read = 0;
		this.block = new OctetsSource(new Uint8Array());
	}

	async next(max) {
		let piece = this.block.next(max);
		while (!piece) {
			const { value, done } = await this.reader.read();
			if (done)
				return this.finish();
			this.block = new OctetsSource(toOctets(value));
			this.read += this.block.total;
			if (this.total !== null && this.read > this.total)
				throw new MsrpError('ABORTED', 'the stream is longer than its size');
			piece = this.block.next(max);
		}
		return piece;
	}

	finish() {
		if (this.total !== null && this.read < this.total)
			throw new MsrpError('ABORTED', 'the stream is shorter than its size');
		return null;
	}

	cancel(error) {
		this.reader.cancel(error).catch(() => {});
	}
}

// SIZE is that of a stream, if known.
export function makeSource(body, size) {
	if (body instanceof Blob)
		return new BlobSource(body);
	if (body instanceof ReadableStream)
		return new StreamSource(body, size);
	return new OctetsSource(toOctets(body));
}
