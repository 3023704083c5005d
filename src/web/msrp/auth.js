// SPDX-License-Identifier: GPL-3.0-or-later
// One AUTH, with all the requests that it takes (RFC 4976 section 5.1): asks, answers the
// challenge, accepts the relay's interval, and returns the Use-Path.

import { Chunk } from './chunk.js';
import { withTimeout } from './clock.js';
import { chooseChallenge, Digest } from './digest.js';
import { MsrpError, statusError } from './error.js';
import { Path } from './uri.js';

const EXPIRES_MAX = 7 * 24 * 3600; // seconds; a timer takes no more than 24 days

function authError(response, text) {
	return new MsrpError('AUTH', text ?? response.comment, response.code);
}

export class Auth {
	// RELAY: the settings and the link; it keeps the digest, whose nonce may be used again.
	constructor(relay, uri) {
		this.relay = relay;
		this.uri = uri;
		this.expires = relay.settings.expires ?? null;
	}

	// { usePath, expires }
	async run() {
		const { relay } = this;
		let response = await this.ask();
		if (response.code === 423) {
			this.expires = this.fittingInterval(response);
			response = await this.ask();
		}
		if (response.code === 401) {
			await this.takeChallenge(response);
			response = await this.ask();
			if (response.code === 423) {
				this.expires = this.fittingInterval(response);
				response = await this.ask();
			}
		}
		if (response.code === 401)
			throw authError(response, 'the relay does not accept user name and password');
		if (response.code !== 200)
			throw new MsrpError('RELAY', response.comment, response.code);
		relay.digest?.checkInfo(response.header('Authentication-Info'), relay.mustProve);
		return this.result(response);
	}

	async ask() {
		const { relay } = this;
		const headers = [['To-Path', relay.uri], ['From-Path', this.uri]];
		if (relay.digest)
			headers.push(['Authorization', relay.digest.authorization(relay.uri.text)]);
		if (this.expires !== null)
			headers.push(['Expires', this.expires]);
		const { link } = relay;
		const { promise } = link.request(new Chunk({ transactionId: link.newId(), method: 'AUTH', headers }));
		const response = await withTimeout(relay.clock, promise, relay.settings.relayTimeout,
			new MsrpError('RELAY_TIMEOUT'));
		if (!response)
			throw link.error ?? new MsrpError('RELAY_TIMEOUT');
		return response;
	}

	// A second one counts only if it says that the nonce was too old.
	async takeChallenge(response) {
		const { relay } = this;
		const had = relay.digest;
		const credentials = await relay.credentials(had !== null);
		const challenge = chooseChallenge(response.all('WWW-Authenticate'), credentials);
		if (!challenge)
			throw authError(response, 'the relay asks for a proof that we cannot give');
		if (had && !challenge.stale && !relay.hasNewCredentials)
			throw authError(response, 'the relay does not accept user name and password');
		if (!relay.mayAnswer(challenge.realm))
			throw authError(response, 'the relay asks for the password of another realm');
		relay.digest = new Digest(challenge, credentials);
	}

	fittingInterval(response) {
		const [least, most] = ['Min-Expires', 'Max-Expires'].map((name) => seconds(response.header(name)));
		const wanted = least ?? most;
		if (wanted === null)
			throw statusError(response.code, response.comment);
		return wanted;
	}

	result(response) {
		const text = response.header('Use-Path');
		if (text === null)
			throw new MsrpError('RELAY', 'the relay gives no Use-Path');
		const usePath = new Path(text);
		if (!usePath.uris.every((uri) => uri.secure || this.relay.settings.insecure))
			throw new MsrpError('RELAY', 'the relay gives an address without TLS');
		return { usePath, expires: seconds(response.header('Expires')) ?? this.expires ?? 0 };
	}
}

function seconds(text) {
	return /^\d{1,9}$/.test(text ?? '') ? Math.min(Number(text), EXPIRES_MAX) : null;
}
