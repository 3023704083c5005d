// SPDX-License-Identifier: GPL-3.0-or-later
// Errors, as a code for programs and a sentence for people. Every rejected promise of this module
// is rejected with an MsrpError; the codes are those of enum msrp_error in msrp.h.

const CODES = {
	CONNECT_TIMEOUT: 'the relay cannot be connected to in time',
	RELAY_TIMEOUT: 'the relay did not answer an AUTH in time',
	BIND_TIMEOUT: 'the session was not bound in time',
	CONNECT: 'the relay cannot be connected to',
	AUTH: 'the relay does not accept the credentials',
	RELAY: 'the relay answered what it should not, or refused',
	BIND: 'the other side refused the session',
	PATH: 'a path or URI cannot be read, or does not fit',
	PROTOCOL: 'what came is not MSRP',
	CLOSED: 'the connection or the session is closed',
	REFUSED: 'the other side does not want the message',
	ABORTED: 'the message was aborted',
	MISMATCH: 'what came is not what was announced',
	KEEP_ALIVE: 'the other side does not answer keep-alives any more',
	INVALID: 'that makes no sense',
};

// Response codes of RFC 4975 section 10, RFC 4976 section 9 and RFC 7701 section 5.
const STATUS = {
	200: 'OK',
	400: 'Bad Request',
	401: 'Unauthorized',
	403: 'Forbidden',
	404: 'Not Found',
	408: 'Request Timeout',
	413: 'Stop Sending Message',
	415: 'Media Type Not Accepted',
	423: 'Interval Out-of-Bounds',
	424: 'Malformed Nickname',
	425: 'Nickname Reserved or In Use',
	481: 'No Such Session',
	501: 'Unknown Method',
	506: 'Wrong Session',
};

// One line in plain words for a code of MsrpError or a response code.
export function strerror(code) {
	return CODES[code] ?? STATUS[code] ?? `error ${code}`;
}

// `code` is one of CODES; `status` the response code that caused it, or 0.
export class MsrpError extends Error {
	constructor(code, message, status = 0) {
		super(message || (status ? strerror(status) : strerror(code)));
		this.name = 'MsrpError';
		this.code = code;
		this.status = status;
	}
}

// The error of a message that was answered with STATUS.
export function statusError(status, comment) {
	return new MsrpError(status === 481 ? 'CLOSED' : 'REFUSED', comment || strerror(status), status);
}
