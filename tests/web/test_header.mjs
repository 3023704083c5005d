// SPDX-License-Identifier: GPL-3.0-or-later
// Byte-Range, Status, lists of parameters, and names of files.

import assert from 'node:assert/strict';
import test from 'node:test';

import { attachment, ByteRange, fileName, parseParameters, parseStatus } from '../../src/web/msrp/header.js';

test('ranges', () => {
	for (const text of ['1-*/*', '1-0/0', '1-5/5', '3-2/*', '2-*/9', '1-9007199254740991/*'])
		assert.equal(String(ByteRange.parse(text)), text);
	for (const text of ['', '0-1/2', '1-2', '5-3/9', '1-9/8', '-1-2/3', '1-2/3 ', '+1-2/3', '1-99999999999999999/*',
		'1-9007199254740993/*', '*-1/2'])
		assert.equal(ByteRange.parse(text), null, text);
});

test('status', () => {
	assert.deepEqual(parseStatus('000 200 OK then'), { code: 200, comment: 'OK then' });
	assert.deepEqual(parseStatus('000 413'), { code: 413, comment: '' });
	for (const text of ['', '200', '001 200 OK', '000 000', '000 20', '000 2000', '000 099 x'])
		assert.equal(parseStatus(text), null, text);
});

test('parameters', () => {
	const found = parseParameters('a="b, \\"c\\"",D=e ,f', ',');
	assert.deepEqual([...found], [['a', 'b, "c"'], ['d', 'e'], ['f', '']]);
	for (const text of ['a="b', 'a=b,a=c', '=b', 'a b', 'a="b"c', Array.from({ length: 33 }, (_, i) => `a${i}=1`).join(',')])
		assert.equal(parseParameters(text, ','), null, text);
});

const NAMES = {
	'attachment; filename="a.txt"': 'a.txt',
	'attachment; filename=a.txt': 'a.txt',
	'attachment; filename="../../etc/passwd"': 'passwd',
	'attachment; filename="C:\\\\dir\\\\x.doc"': 'x.doc',
	'attachment; filename="evil\u202egnp.exe"': 'evilgnp.exe',
	'attachment; filename=".profile"': 'profile',
	'attachment; filename="-rf"': 'rf',
	'attachment; filename=".."': '',
	'attachment': '',
	'': '',
	"attachment; filename=x; filename*=UTF-8''%C3%A4.txt": 'ä.txt',
	"attachment; filename=x; filename*=UTF-8''%FF": 'x',
	[`attachment; filename="${'n'.repeat(1000)}"`]: 'n'.repeat(200),
};

for (const [disposition, name] of Object.entries(NAMES))
	test(`the name in ${JSON.stringify(disposition).slice(0, 60)}`, () => {
		assert.equal(fileName(disposition), name);
	});

test('what we call a file is what the other side reads', () => {
	for (const name of ['a b.txt', 'quote".txt', 'ä€.bin', 'semi;colon'])
		assert.equal(fileName(attachment(name)), name);
	assert(!/[\r\n]/.test(attachment('a\r\nb')));
});
