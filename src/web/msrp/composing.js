// SPDX-License-Identifier: GPL-3.0-or-later
// Whether somebody is typing (RFC 3994): text to a value and back. Looks only at the XML elements
// that matter, because there is no XML parser outside browsers.

import { MsrpError } from './error.js';

export const COMPOSING_TYPE = 'application/im-iscomposing+xml';

const DOCUMENT_MAX = 4096; // characters
const REFRESH = 120; // seconds that "active" is valid by default (RFC 3994 3.3)
const REFRESH_MAX = 3600;

function element(text, name) {
	return new RegExp(`<(?:[\\w.-]{1,64}:)?${name}\\s*>\\s*([\\w:.-]{0,64})\\s*</`).exec(text)?.[1];
}

// { active, refresh } from a text of COMPOSING_TYPE; throws MsrpError PROTOCOL.
export function parseComposing(text) {
	const state = text.length <= DOCUMENT_MAX ? element(text, 'state') : undefined;
	if (state === undefined)
		throw new MsrpError('PROTOCOL', 'no isComposing');
	const refresh = Number(element(text, 'refresh') ?? REFRESH);
	return { active: state === 'active', refresh: Math.min(refresh > 0 ? refresh : REFRESH, REFRESH_MAX) };
}

export function formatComposing({ active, refresh = REFRESH }) {
	return '<?xml version="1.0" encoding="UTF-8"?>\r\n' +
		'<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">' +
		`<state>${active ? 'active' : 'idle'}</state>` +
		(active ? `<refresh>${refresh}</refresh>` : '') + '</isComposing>';
}
