// SPDX-License-Identifier: GPL-3.0-or-later
// A second opinion on frames: the package ws of Node talks to the relay at ARGV[2], with the CA of
// ARGV[3]. It sends each message with and without fragments, and prints what it was told as JSON.
'use strict';
const fs = require('fs');
const WebSocket = require('ws');

const [url, ca, auth] = process.argv.slice(2);
const heard = {texts: 0, binaries: 0, pongs: 0, answers: []};
const ws = new WebSocket(url, ['sip', 'msrp'], {ca: fs.readFileSync(ca), perMessageDeflate: true});

function request(tid) {
	return `MSRP ${tid} AUTH\r\nTo-Path: ${auth}\r\n` +
		`From-Path: msrps://node.invalid:2855/abc;ws\r\n-------${tid}$\r\n`;
}

ws.on('open', () => {
	heard.protocol = ws.protocol;
	heard.extensions = ws.extensions;
	ws.ping('are you there');
	ws.send(request('text1'));
	ws.send(Buffer.from(request('binary1')));
	const halves = request('parts1');
	ws.send(halves.slice(0, 20), {fin: false});
	ws.send(halves.slice(20), {fin: true});
});
ws.on('pong', data => { heard.pongs += data.toString() === 'are you there'; });
ws.on('message', (data, isBinary) => {
	heard[isBinary ? 'binaries' : 'texts']++;
	heard.answers.push(data.toString().split('\r\n')[0]);
	if (heard.answers.length === 3)
		ws.close(4001, 'enough');
});
ws.on('close', code => {
	heard.code = code;
	console.log(JSON.stringify(heard));
});
ws.on('error', error => {
	console.log(JSON.stringify({error: error.message}));
	process.exit(1);
});
