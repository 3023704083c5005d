// SPDX-License-Identifier: GPL-3.0-or-later
// One address of ours at the relay, kept as long as it is wanted, and the session that uses it.
// Made by RelayConnection.prepare(). A new connection changes its path, but not our own URI at the
// end of that.

import { Auth } from './auth.js';
import { deferred, withTimeout } from './clock.js';
import { MsrpError } from './error.js';
import { randomIdent } from './octets.js';
import { Session } from './session.js';
import { Path, Uri } from './uri.js';

const RENEW_LEAST_MS = 1000; // a relay that says "Expires: 0" is not asked without a pause

export class Connector {
	// OPTIONS: sessionId, ours; renewed(localPath), when the path has changed; failed(error),
	// when the relay does not keep it any more.
	constructor(relay, options = {}) {
		this.relay = relay;
		this.clock = relay.clock;
		this.options = options;
		const sessionId = options.sessionId ?? randomIdent();
		// RFC 7977 appendix A: nobody can know a browser's address, so this host is no real
		// one.
		this.uri = new Uri(`msrps://${randomIdent().slice(0, 16)}.invalid:2855/${sessionId};ws`);
		this.usePath = null;
		this.expires = 0;
		this.session = null;
		this.waiting = null;
	}

	get link() {
		return this.relay.link;
	}

	// The path to send to the other side, in "a=path" of SDP or otherwise; null if there is
	// none.
	get localPath() {
		return this.usePath && `${this.usePath} ${this.uri}`;
	}

	// ---- the address ----

	async authenticate() {
		const before = this.localPath;
		const { usePath, expires } = await this.relay.inTurn(() => new Auth(this.relay, this.uri).run());
		this.usePath = usePath;
		this.expires = expires;
		this.clock.clearTimeout(this.timer);
		if (expires > 0)
			this.timer = this.clock.setTimeout(() => this.renew(), Math.max(expires * 500, RENEW_LEAST_MS));
		if (before !== null && before !== this.localPath)
			this.options.renewed?.(this.localPath);
	}

	// Leaves half of the time, which suffices for a tab whose timers fire once a minute.
	async renew() {
		try {
			await this.authenticate();
		} catch (error) {
			if (this.link?.isOpen)
				this.fail(error);
		}
	}

	fail(error) {
		this.cleanup(error);
		this.options.failed?.(error);
	}

	// Our relays, the nearest first, then the path of the other side (RFC 4976 5.2).
	pathTo(remotePath) {
		return [...[...this.usePath.uris].reverse(), remotePath].join(' ');
	}

	// The reverse: null if the request did not come through our relays.
	pathFrom(fromPath) {
		const hops = [...this.usePath.uris].reverse();
		const rest = fromPath.uris.slice(hops.length);
		const ours = hops.every((uri, i) => fromPath.uris[i] && uri.equal(fromPath.uris[i]));
		return ours && rest.length > 0 ? new Path(rest.join(' ')) : null;
	}

	// Is FROM_PATH the way to REMOTE_PATH, or its beginning? Relays send reports, too (RFC 4976
	// 6.4).
	isOnPath(fromPath, remotePath) {
		const way = [...[...this.usePath.uris].reverse(), ...remotePath.uris];
		return fromPath.uris.every((uri, i) => way[i] && uri.equal(way[i]));
	}

	// ---- the session ----

	// Resolves with a Session. REMOTE_PATH null: with the first that calls. OPTIONS: mode,
	// "active" or "passive"; bindTimeout in milliseconds, for the passive side; and those of
	// the session.
	async complete(remotePath, options = {}) {
		if (this.session || this.waiting)
			throw new MsrpError('INVALID', 'it has a session already');
		if (!this.usePath)
			throw this.error ?? new MsrpError('INVALID', 'it is not prepared');
		const path = remotePath === null ? null : new Path(String(remotePath));
		if (path === null || options.mode === 'passive')
			return this.waitForBind(path, options);
		return this.bind(path, options);
	}

	async bind(path, options) {
		const session = this.session = new Session(this, path, options);
		const response = await session.sendEmpty().promise;
		if (response?.code !== 200) {
			this.session = null;
			throw response ? new MsrpError('BIND', response.comment, response.code)
				: this.link?.error ?? new MsrpError('BIND_TIMEOUT');
		}
		session.resumed(path);
		return session;
	}

	waitForBind(path, options) {
		const waiting = this.waiting = { ...deferred(), path, options };
		const { bindTimeout = 0 } = options;
		const end = waiting.promise.finally(() => { this.waiting = null; });
		return bindTimeout === 0 ? end : withTimeout(this.clock, end, bindTimeout,
			new MsrpError('BIND_TIMEOUT')).finally(() => waiting.reject(new MsrpError('BIND_TIMEOUT')));
	}

	// A request to our URI; returns null, or the code that refuses it.
	receive(chunk) {
		if (this.session)
			return this.session.receive(chunk);
		const from = this.waiting && this.pathFrom(chunk.fromPath);
		if (!from || chunk.method !== 'SEND' || (this.waiting.path && !this.waiting.path.equal(from)))
			return 481;
		const { options, resolve } = this.waiting;
		this.waiting = null;
		this.session = new Session(this, from, options);
		this.session.resumed(from);
		resolve(this.session);
		// The passive side gets its session before messages come.
		options.bound?.(this.session);
		const refused = this.session.receive(chunk);
		// Tells the other side that somebody is here, so that it waits.
		if (options.follow)
			this.session.sendEmpty();
		return refused;
	}

	forget(session) {
		if (this.session === session)
			this.session = null;
	}

	// ---- losing and regaining the connection ----

	lose(error) {
		this.clock.clearTimeout(this.timer);
		this.session?.lose(error, true);
	}

	async restore() {
		await this.authenticate();
		await this.session?.resume();
	}

	// Must be called in the end: ends the session, and lets the address expire.
	cleanup(error = null) {
		this.clock.clearTimeout(this.timer);
		this.error = error ?? new MsrpError('CLOSED', 'it was cleaned up');
		this.waiting?.reject(this.error);
		this.session?.end(error);
		this.usePath = null;
		this.relay.forget(this);
	}
}
