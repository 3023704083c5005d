// SPDX-License-Identifier: GPL-3.0-or-later
// What tests of msrp.js stand on: a clock in a variable, and a relay that a test plays itself,
// message by message, at the other end of a WebSocket in memory. It shares no code with what is
// tested: messages are text here.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

export class Clock {
	constructor() {
		this.time = 0;
		this.timers = [];
		this.now = () => this.time;
		this.setTimeout = (callback, ms) => {
			const timer = { at: this.time + ms, callback };
			this.timers.push(timer);
			return timer;
		};
		this.clearTimeout = (timer) => { this.timers = this.timers.filter((other) => other !== timer); };
	}

	// Time passes, with all that was to happen in it.
	async pass(ms) {
		const end = this.time + ms;
		for (;;) {
			await settle();
			const due = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
			if (!due)
				break;
			this.time = Math.max(this.time, due.at);
			this.clearTimeout(due);
			due.callback();
		}
		this.time = end;
	}
}

// Until everything that waits for nothing but its turn has had it.
export async function settle() {
	for (let i = 0; i < 5; i++)
		await new Promise((resolve) => { setImmediate(resolve); });
}

// Until CONDITION, whatever turns that takes: Blobs are read in the background.
export async function until(condition) {
	const end = Date.now() + 20000;
	while (!condition()) {
		assert(Date.now() < end, `it does not come to that: ${condition}`);
		await settle();
	}
}

export function latin1(octets) {
	return Buffer.from(octets).toString('latin1');
}

// A message as text, taken apart by a pattern that knows nothing of ours.
export function read(text) {
	const [, id, what, headers, body, flag] =
		/^MSRP (\S+) ([^\r]*)\r\n((?:[^\r]+: [^\r]*\r\n)*)(?:\r\n([^]*)\r\n)?-------\1([$+#])\r\n$/.exec(text) ??
		assert.fail(`no MSRP message: ${text}`);
	const lines = headers.split('\r\n').slice(0, -1).map((line) => line.split(/: (.*)/s));
	return { id, what, body, flag, lines, text, ...Object.fromEntries(lines) };
}

const USE_PATH = 'msrps://relay.test:2855/session;tcp';
const NONCE = 'nonce';

// RELAY.WebSocket goes into settings; then next() has what the client said, and say() answers.
export class Relay {
	constructor(clock = new Clock()) {
		const relay = this;
		this.clock = clock;
		this.said = [];
		this.wanted = [];
		this.refuses = false;
		this.protocol = 'msrp';
		this.usePath = USE_PATH;
		this.WebSocket = class {
			constructor(url, protocol) {
				Object.assign(this, { url, protocol: relay.protocol, bufferedAmount: 0, asked: protocol });
				relay.connections = (relay.connections ?? 0) + 1;
				relay.socket = this;
				setImmediate(() => (relay.refuses ? this.onclose?.({ code: 1006 }) : this.onopen?.()));
			}

			send(octets) {
				relay.take(latin1(octets));
			}

			close() {
				this.isClosed = true;
			}
		};
	}

	get settings() {
		return { url: 'wss://relay.test/', username: 'alice', password: 'secret', clock: this.clock,
			keepAlive: 0, WebSocket: this.WebSocket };
	}

	take(text) {
		const waiting = this.wanted.shift();
		if (waiting)
			waiting(read(text));
		else
			this.said.push(read(text));
	}

	// The next message of the client's.
	async next() {
		const found = this.said.shift() ?? await new Promise((resolve) => {
			const late = setTimeout(() => assert.fail('the client says nothing'), 20000);
			this.wanted.push((message) => {
				clearTimeout(late);
				resolve(message);
			});
		});
		return found;
	}

	say(text) {
		this.socket.onmessage?.({ data: text });
	}

	// A response to REQUEST.
	answer(request, what, ...headers) {
		this.say([`MSRP ${request.id} ${what}`, `To-Path: ${request['From-Path']}`,
			`From-Path: ${request['To-Path'].split(' ')[0]}`, ...headers,
			`-------${request.id}$\r\n`].join('\r\n'));
	}

	async answerNext(what = '200 OK', ...headers) {
		const request = await this.next();
		this.answer(request, what, ...headers);
		return request;
	}

	drop() {
		this.socket.onclose?.({ code: 1006, reason: '' });
	}

	// Plays a whole AUTH with MD5; the request that is granted.
	async grant(...headers) {
		await this.answerNext('401 Unauthorized',
			`WWW-Authenticate: Digest realm="relay.test",nonce="${NONCE}",qop="auth",opaque="x"`);
		return this.answerNext('200 OK', `Use-Path: ${this.usePath}`, 'Expires: 600', ...headers);
	}
}

export function parameters(text) {
	return Object.fromEntries([...text.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))/g)]
		.map(([, name, quoted, plain]) => [name, quoted?.replace(/\\(.)/g, '$1') ?? plain]));
}

// RFC 7616 3.4.1, by node's own hashes. PREFIX "AUTH" for a request, "" for rspauth.
export function digest(authorization, password, prefix = 'AUTH', algorithm = 'md5') {
	const p = parameters(authorization);
	const hash = (text) => createHash(algorithm).update(text).digest('hex');
	return hash([hash(`${p.username}:${p.realm}:${password}`), p.nonce, p.nc, p.cnonce, 'auth',
		hash(`${prefix}:${p.uri}`)].join(':'));
}

export const PEER = 'msrps://peer.test:2855/peer;tcp';

// A request to the client's CONNECTOR from PEER. HEADERS: lines; BODY: null is none.
export function request(connector, method, headers = [], body = null, flag = '$', from = PEER) {
	const id = `t${Math.random().toString(36).slice(2, 12).padEnd(8, '0')}`;
	const text = body === null ? '' : `\r\n${body}\r\n`;
	return { id, text: [`MSRP ${id} ${method}`, `To-Path: ${connector.uri}`,
		`From-Path: ${connector.usePath} ${from}`, ...headers, `${text}-------${id}${flag}\r\n`].join('\r\n') };
}

// A chunk of a message: octets BODY from START (1 is the first) on, of TOTAL.
export function chunk(connector, messageId, body, { start = 1, total = '*', flag = '$', headers = [],
	type = 'text/plain', from = PEER, end = start + Buffer.byteLength(body) - 1 } = {}) {
	return request(connector, 'SEND', [`Message-ID: ${messageId}`, `Byte-Range: ${start}-${end}/${total}`,
		...headers, `Content-Type: ${type}`], body, flag, from);
}

// A RelayConnection with a Connector, as the RELAY sees it granted. SETTINGS besides those.
export async function prepare(relay, RelayConnection, settings = {}, options = {}) {
	const connection = new RelayConnection({ ...relay.settings, ...settings });
	await connection.open();
	const prepared = connection.prepare(options);
	await relay.grant();
	return { connection, connector: await prepared };
}

// The same with a session that is bound.
export async function bind(relay, RelayConnection, options = {}, settings = {}) {
	const { connection, connector } = await prepare(relay, RelayConnection, settings);
	const completed = connector.complete(PEER, options);
	await relay.answerNext();
	return { connection, connector, session: await completed };
}
