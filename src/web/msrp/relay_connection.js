// SPDX-License-Identifier: GPL-3.0-or-later
// The connection to a relay that all sessions share: connects, keeps our addresses there, passes
// requests to their connectors, and reconnects when it is lost.

import { systemClock } from './clock.js';
import { Connector } from './connector.js';
import { MsrpError } from './error.js';
import { Link } from './link.js';
import { Uri } from './uri.js';

const CONNECT_MS = 10000;
const RELAY_MS = 30000; // answer to an AUTH, as for any transaction of RFC 4975
const RESPONSE_MS = 30000;
const RETRY_LEAST_MS = 1000;
const RETRY_MOST_MS = 30000;
const KEEP_ALIVE_MS = 60000; // of silence, after which the relay is checked

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

// SETTINGS, as in struct msrp_relay_settings where that has them:
//    url         wss://relay.example.com/; ws: only to this machine, unless insecure
//    domain      the user's, for whose password the relay may ask; default: the host of the URL
//    username, and password or ha1 (of MD5 or SHA-256), or credentials(again), which returns
//                these three or a promise of them; called again when they were refused
//    realm       required of the relay
//    expires     seconds that an address is kept; default: the relay's choice
//    insecure    ws: to other machines, and relays that prove nothing
//    connectTimeout, relayTimeout, responseTimeout, keepAlive    milliseconds
//    reconnect   false, or { min, max } of the pauses in milliseconds
//    connected(), disconnected(error, retryMs), failed(error)    called as it happens
//    WebSocket, clock    instead of the browser's
export class RelayConnection {
	constructor(settings) {
		const url = new URL(settings.url);
		this.settings = { connectTimeout: CONNECT_MS, relayTimeout: RELAY_MS,
			responseTimeout: RESPONSE_MS, keepAlive: KEEP_ALIVE_MS, clock: systemClock,
			WebSocket: globalThis.WebSocket, ...settings };
		if (url.protocol !== 'wss:' && url.protocol !== 'ws:')
			throw new MsrpError('INVALID', 'the URL of a relay begins with wss:');
		if (url.protocol === 'ws:' && !LOOPBACK.test(url.hostname) && !settings.insecure)
			throw new MsrpError('INVALID', 'ws: is for this machine only');
		this.clock = this.settings.clock;
		this.url = url.href;
		this.domain = settings.domain ?? url.hostname;
		const port = url.port || (url.protocol === 'wss:' ? 443 : 80);
		this.uri = new Uri(`msrps://${this.domain}:${port};ws`);
		// Without TLS nothing else proves that this is the relay.
		this.mustProve = url.protocol === 'ws:' && !settings.insecure;
		this.host = url.hostname;
		this.connectors = new Set();
		this.digest = null;
		this.link = null;
		this.queue = Promise.resolve();
		this.retries = 0;
		this.isClosed = false;
	}

	// ---- credentials ----

	// AGAIN: the previous ones were refused.
	async credentials(again) {
		const { settings } = this;
		this.hasNewCredentials = Boolean(settings.credentials);
		const found = settings.credentials ? await settings.credentials(again) : settings;
		if (!found?.username || (found.password === undefined && found.ha1 === undefined))
			throw new MsrpError('INVALID', 'no user name, or no password');
		return found;
	}

	// Without a verified certificate, only for a realm that fits (as in libmsrp).
	mayAnswer(realm) {
		if (this.settings.realm !== undefined)
			return realm === this.settings.realm;
		const fits = (name) => realm === name || realm.endsWith(`.${name}`) || name.endsWith(`.${realm}`);
		return !this.mustProve || fits(this.domain) || fits(this.host);
	}

	// One AUTH after the other, because each uses the nonce of the last.
	inTurn(action) {
		const turn = this.queue.then(action);
		this.queue = turn.catch(() => {});
		return turn;
	}

	// ---- connecting ----

	// Resolves when it is connected; after that it stays connected.
	async open() {
		await this.connect();
		this.startKeepAlive();
		return this;
	}

	async connect() {
		if (this.isClosed)
			throw new MsrpError('CLOSED', 'we have closed the connection');
		const link = new Link(this.url, this.settings, {
			request: (chunk) => this.receive(chunk),
			closed: (error) => this.lose(error),
		});
		this.digest = null;
		this.opening = link;
		try {
			this.link = await link.open();
		} finally {
			this.opening = null;
		}
		this.settings.connected?.();
	}

	// An address of ours, for one session: see Connector.
	async prepare(options) {
		if (!this.link?.isOpen)
			throw new MsrpError('CLOSED', 'there is no connection to the relay');
		const connector = new Connector(this, options);
		await connector.authenticate();
		this.connectors.add(connector);
		return connector;
	}

	forget(connector) {
		this.connectors.delete(connector);
	}

	close() {
		this.isClosed = true;
		this.clock.clearTimeout(this.keepAliveTimer);
		this.clock.clearTimeout(this.retryTimer);
		for (const connector of [...this.connectors])
			connector.cleanup();
		this.opening?.close();
		this.link?.close();
	}

	// ---- losing and regaining the connection ----

	lose(error) {
		for (const connector of this.connectors)
			connector.lose(error);
		if (!this.isClosed)
			this.retryLater(error);
	}

	// The pause grows each time, and differs between clients.
	retryLater(error) {
		const { reconnect = {}, disconnected } = this.settings;
		if (reconnect === false) {
			this.fail(error);
			return;
		}
		const { min = RETRY_LEAST_MS, max = RETRY_MOST_MS } = reconnect;
		const pause = Math.min(max, min * 2 ** Math.min(this.retries++, 20)) * (0.5 + Math.random() / 2);
		this.retryTimer = this.clock.setTimeout(() => this.retry(), pause);
		disconnected?.(error, pause);
	}

	// At once instead of after the pause, for example when the machine is online again.
	async retry() {
		if (this.isClosed || this.link?.isOpen || this.opening)
			return;
		this.clock.clearTimeout(this.retryTimer);
		try {
			await this.connect();
		} catch (error) {
			if (!this.isClosed)
				this.retryLater(error);
			return;
		}
		await this.restore();
	}

	// Without all of our addresses a connection is useless.
	async restore() {
		const { link } = this;
		try {
			await Promise.all([...this.connectors].map((connector) => connector.restore()));
			this.retries = 0;
		} catch (error) {
			if (error.code === 'AUTH')
				this.fail(error);
			else
				link.end(error);
		}
	}

	fail(error) {
		for (const connector of [...this.connectors])
			connector.fail(error);
		this.close();
		this.settings.failed?.(error);
	}

	// ---- keep-alive ----

	// A WebSocket's own pings are not accessible (RFC 7977 section 6); a browser that has lost
	// its network notices it when it sends.
	startKeepAlive() {
		const { keepAlive } = this.settings;
		if (keepAlive > 0)
			this.keepAliveTimer = this.clock.setTimeout(() => {
				this.check();
				this.startKeepAlive();
			}, keepAlive);
	}

	async check() {
		const { link } = this;
		const [connector] = this.connectors;
		if (!link?.isOpen || !connector || this.clock.now() - link.receivedAt < this.settings.keepAlive)
			return;
		try {
			await connector.authenticate();
		} catch (error) {
			link.end(error);
		}
	}

	// ---- receiving ----

	receive(chunk) {
		let code = 481;
		try {
			const { uris, last } = chunk.toPath;
			const found = [...this.connectors].find((connector) => connector.uri.equal(last));
			if (found && uris.length === 1)
				code = found.receive(chunk);
		} catch (error) {
			if (!(error instanceof MsrpError))
				throw error;
			code = 400;
		}
		if (code !== null && this.link.isOpen)
			this.refuse(chunk, code);
	}

	refuse(chunk, code) {
		try {
			this.link.respond(chunk, code);
		} catch (error) {
			// Without paths nobody can be answered.
			if (!(error instanceof MsrpError))
				throw error;
		}
	}
}
