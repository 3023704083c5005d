// SPDX-License-Identifier: GPL-3.0-or-later
// What is published: one joined file with the same exports, types and a manual for each of them,
// and a package.json that names what there is. MSRP_JS is the joined file.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';

import * as msrp from '../../src/web/msrp.js';

const folder = new URL('../../src/web/', import.meta.url);
const file = (name) => readFileSync(new URL(name, folder), 'utf8');
const types = file('msrp.d.ts');

// The public members of a class: name to "method" or "value".
function declared(name) {
	const [, text] = new RegExp(`^export class ${name}\\b[^{]*\\{\\n((?:\\t.*\\n)*)\\}`, 'm').exec(types);
	const members = text.split('\n').map((line) => line.replace(/^\t(?:readonly )?/, ''))
		.filter((line) => /^(?!constructor|private|static|\/\*\*)\w/.test(line));
	return new Map(members.map((line) => [/^\w+/.exec(line)[0], /^\w+\(/.test(line) ? 'method' : 'value']));
}

test('the types have what the module exports, and nothing else', () => {
	const names = [...types.matchAll(/^export (?:class|function|const) (\w+)/gm)].map(([, name]) => name);
	assert.deepEqual(names.sort(), Object.keys(msrp).sort());
});

for (const [name, value] of Object.entries(msrp).filter(([, it]) => /^class/.test(String(it))))
	test(`the members of ${name} are there`, () => {
		for (const [member, kind] of declared(name)) {
			const descriptor = Object.getOwnPropertyDescriptor(value.prototype, member);
			if (kind === 'method')
				assert.equal(typeof descriptor?.value, 'function', member);
			else
				assert(descriptor?.get || new RegExp(`\\b${member}\\b`).test(String(value)) ||
					member in new Error(), member);
		}
	});

test('the codes of errors are those of the types', () => {
	const [, union] = /export type ErrorCode = ([^;]*);/.exec(types);
	const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code);
	for (const code of codes)
		assert.notEqual(msrp.strerror(code), `error ${code}`);
	const used = ['error', 'link', 'auth', 'connector', 'session', 'chunk', 'uri', 'relay_connection', 'outgoing']
		.flatMap((name) => [...file(`msrp/${name}.js`).matchAll(/new MsrpError\('(\w+)'/g)]).map(([, code]) => code);
	assert.deepEqual(used.filter((code) => !codes.includes(code)), []);
});

test('the manual has all of them', () => {
	const manual = file('README.md');
	for (const name of Object.keys(msrp))
		assert(new RegExp(`\\b${name}\\b`).test(manual), name);
	for (const name of ['RelayConnection', 'Connector', 'Session', 'Outgoing', 'Incoming', 'Chat'])
		for (const [member] of declared(name))
			assert(new RegExp(`\\b${member}\\b`).test(manual), `${name}.${member}`);
});

test('the package names files that there are, and the version of the relay', () => {
	const published = JSON.parse(file('package.json'));
	for (const name of [...published.files, published.types, published.exports['.'].default])
		assert(existsSync(new URL(name, folder)), name);
	const [, version] = /version: '([\d.]+)'/.exec(readFileSync(new URL('../../meson.build', folder), 'utf8'));
	assert.deepEqual([published.version, published.license], [version, 'GPL-3.0-or-later']);
	assert.equal(published.dependencies, undefined);
});

test('the joined file is the same module', { skip: !process.env.MSRP_JS }, async () => {
	const joined = await import(process.env.MSRP_JS);
	assert.deepEqual(Object.keys(joined), Object.keys(msrp));
	assert(!/^import /m.test(readFileSync(process.env.MSRP_JS, 'utf8')));
	for (const [name, value] of Object.entries(msrp))
		assert.equal(typeof joined[name], typeof value, name);
	assert.equal(joined.ha1('MD5', 'a', 'b', 'c'), msrp.ha1('MD5', 'a', 'b', 'c'));
});
