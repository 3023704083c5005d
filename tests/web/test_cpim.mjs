// SPDX-License-Identifier: GPL-3.0-or-later
// Message/CPIM (RFC 3862) and isComposing (RFC 3994).

import assert from 'node:assert/strict';
import test from 'node:test';

import { Cpim, formatComposing, parseComposing } from '../../src/web/msrp.js';

const octets = (text) => new Uint8Array(Buffer.from(text));
const EXAMPLE = 'From: MR SANDERS <im:piglet@100akerwood.com>\r\nTo: Depressed Donkey <im:eeyore@100akerwood.com>\r\n' +
	'DateTime: 2000-12-13T13:40:00-08:00\r\nSubject: the weather will be fine today\r\n' +
	'Subject:;lang=fr beau temps prevu\r\nNS: MyFeatures <mid:MessageFeatures@id.foo.com>\r\n' +
	'Require: MyFeatures.VitalMessageOption\r\n\r\nContent-type: text/xml; charset=utf-8\r\nContent-ID: <1@a>\r\n\r\n<body/>\r\n';

test('the example of RFC 3862', () => {
	const cpim = Cpim.parse(octets(EXAMPLE.replace('Subject:;', 'Subject;')
		.replace('lang=fr beau', 'lang=fr: beau')));
	assert.deepEqual(cpim.from, { name: 'MR SANDERS', uri: 'im:piglet@100akerwood.com' });
	assert.equal(cpim.to.uri, 'im:eeyore@100akerwood.com');
	assert.equal(cpim.subject, 'the weather will be fine today');
	assert.deepEqual(cpim.headers[0], { name: 'Subject', parameters: ';lang=fr', value: 'beau temps prevu' });
	assert.equal(cpim.required, 'MyFeatures.VitalMessageOption');
	assert.equal(cpim.contentType, 'text/xml; charset=utf-8');
	assert.equal(Buffer.from(cpim.content).toString(), '<body/>\r\n');
});

test('what is written can be read', () => {
	const cpim = new Cpim({ from: { name: 'A "quoted" <name>', uri: 'sip:a@b' }, to: { uri: 'sip:c@d' }, datetime: 'x',
		subject: 'ä: b', contentType: 'text/plain', content: 'hello\r\n\r\nworld' });
	const back = Cpim.parse(cpim.format());
	assert.deepEqual(back.from, { name: 'A "quoted" <name>', uri: 'sip:a@b' });
	assert.deepEqual(back.to, { name: '', uri: 'sip:c@d' });
	assert.deepEqual([back.subject, back.contentType, Buffer.from(back.content).toString()],
		['ä: b', 'text/plain', 'hello\r\n\r\nworld']);
});

test('without headers of the content, and without content', () => {
	const cpim = Cpim.parse(octets('From: <im:a@b>\r\n\r\n\r\n'));
	assert.deepEqual([cpim.contentType, cpim.content.length, cpim.from.uri], ['', 0, 'im:a@b']);
});

const BAD = ['', 'x', 'From: <a>\r\n\r\n', 'From: a\r\n\r\nA: b\r\n\r\n', 'From <a>\r\n\r\nA: b\r\n\r\n', '\xff'.repeat(9),
	`${'A: b\r\n'.repeat(65)}\r\n\r\n\r\n`, `A: ${'b'.repeat(17000)}\r\n\r\n\r\n\r\n`];
for (const text of BAD)
	test(`no CPIM: ${JSON.stringify(text).slice(0, 40)}`, () => {
		assert.throws(() => Cpim.parse(octets(text)), { code: 'PROTOCOL' });
	});

test('nothing that an application gives becomes a second header', () => {
	for (const more of [{ subject: 'a\r\nb' }, { from: { name: 'a\nb', uri: 'x' } }, { contentType: 'a\rb' }])
		assert.throws(() => new Cpim({ content: 'x', ...more }).format(), { code: 'INVALID' });
});

test('typing, and no longer', () => {
	assert.deepEqual(parseComposing(formatComposing({ active: true, refresh: 60 })), { active: true, refresh: 60 });
	assert.deepEqual(parseComposing(formatComposing({ active: false })), { active: false, refresh: 120 });
	assert.equal(parseComposing('<x:isComposing xmlns:x="u"><x:state>active</x:state><x:refresh>90</x:refresh>').refresh, 90);
	assert.equal(parseComposing('<state>active</state><refresh>-1</refresh>').refresh, 120);
	assert.equal(parseComposing('<state>active</state><refresh>99999999</refresh>').refresh, 3600);
	for (const text of ['', '<state>', `${' '.repeat(5000)}<state>idle</state>`, `<${'x'.repeat(3000)}state>`])
		assert.throws(() => parseComposing(text), { code: 'PROTOCOL' });
});
