// SPDX-License-Identifier: GPL-3.0-or-later
// MSRP over WebSocket (RFC 7977) for browsers and Node: everything that an application imports.
// Names are those of <msrp.h>, without its prefix; README.md is the manual and msrp.d.ts has the
// types. The installed and published module is one file, joined from this one and those below
// msrp/.

export { ByteRange, fileName } from './msrp/header.js';
export { Chat } from './msrp/chat.js';
export { Chunk } from './msrp/chunk.js';
export { COMPOSING_TYPE, formatComposing, parseComposing } from './msrp/composing.js';
export { Connector } from './msrp/connector.js';
export { Cpim } from './msrp/cpim.js';
export { FileHash } from './msrp/hash.js';
export { ha1 } from './msrp/digest.js';
export { Incoming } from './msrp/incoming.js';
export { MsrpError, strerror } from './msrp/error.js';
export { Outgoing } from './msrp/outgoing.js';
export { Path, Uri } from './msrp/uri.js';
export { RelayConnection } from './msrp/relay_connection.js';
export { Session } from './msrp/session.js';
