// SPDX-License-Identifier: GPL-3.0-or-later
// The page for chats: signs in, invites or follows an invitation, and joins a Chat of msrp.js to
// the view. Everything that it remembers is in the page, and gone with it.

import { Chat, RelayConnection } from './msrp.js';
import { belongsTo, readInvitation, writeInvitation } from './chat/invitation.js';
import { receiveFile, sendFile } from './chat/transfer.js';
import { addItem, addNote, find, followLog, Meta, setStatus, show, textItem } from './chat/view.js';

const KEEP_ALIVE_MS = 10000; // how soon we notice that the other tab was closed
const TYPING_MS = 15000; // without a key, after which nobody is typing (RFC 3994 3.2)
const SEEN_MAX = 1000; // Message-IDs: a repeated message is shown once

const given = readInvitation(location.hash);
let relay = null, chat = null, remoteName = '', confirmed = '';
let typingTimer = null, remoteTypingTimer = null;
const seen = new Set();

// ---- signing in ----

function startForm() {
	const { elements } = find('sign-in');
	for (const name of ['relay', 'user', 'password', 'name'])
		elements[name].value = given[name] ?? '';
	if (given.to)
		find('sign-in-title').textContent = 'You are invited to a chat';
	// The link's contents are secret: neither on the screen nor in the history.
	history.replaceState(null, '', location.pathname + location.search);
	find('sign-in').onsubmit = (event) => {
		event.preventDefault();
		signIn(Object.fromEntries(new FormData(find('sign-in'))));
	};
	if (given.relay && given.user && given.password)
		find('sign-in').requestSubmit();
	else
		show('sign-in');
}

async function signIn({ relay: url, user, password, name }) {
	const [username, domain] = user.split('@');
	find('sign-in-error').textContent = '';
	try {
		if (mustConfirm(url, domain, password))
			return;
		setStatus('Connecting …');
		relay = new RelayConnection({
			url, domain, username, password,
			disconnected: () => setStatus('Connection lost; trying again …'),
			connected: () => setStatus('Connected'),
			failed: (error) => leave(error.message),
		});
		await relay.open();
		await converse({ url, user, name: name || username });
	} catch (error) {
		// If the user has left meanwhile, say nothing.
		if (relay || error.code !== 'CLOSED')
			leave(error.message);
	}
}

// The relay may come from a link by somebody who is after the password.
function mustConfirm(url, domain, password) {
	if (password === given.password || confirmed === url || belongsTo(url, domain))
		return false;
	confirmed = url;
	find('sign-in-error').textContent =
		`${new URL(url).host} is not of ${domain}. Sign in once more if you know that it is your relay.`;
	return true;
}

async function converse({ url, user, name }) {
	const connector = await relay.prepare({ renewed: showInvitation, failed: (error) => leave(error.message) });
	chat = new Chat(connector, { local: { name, uri: `sip:${user}` }, follow: true }, {
		message: showMessage,
		composing: showTyping,
		file: (message) => { receiveFile(message); },
		lost: () => {
			setStatus('The other side is away …');
			showTyping({ active: false });
		},
		resumed: () => setStatus('Connected'),
		ended: (error) => leave(error?.message),
	});
	if (given.to) {
		await chat.start({ path: given.to });
	} else {
		given.relay = url;
		showInvitation(connector.localPath);
		show('invite');
		setStatus('Waiting for the other side');
		await chat.start();
	}
	chat.setKeepAlive(KEEP_ALIVE_MS);
	setStatus('Connected');
	show('talk');
	addNote(given.to ? 'You have joined.' : 'Somebody has joined.');
}

function showInvitation(path) {
	const link = writeInvitation(location.href, given, path);
	find('link').value = link;
	find('open').href = link;
}

// The user leaves, or has to. Received messages stay on the screen.
function leave(why = '') {
	if (!find('talk').hidden) {
		end(why);
		return;
	}
	relay?.close();
	relay = chat = null;
	find('sign-in-error').textContent = why;
	setStatus('Not connected');
	show('sign-in');
}

function end(why) {
	if (chat === null)
		return;
	chat = null;
	relay.close();
	addNote(why ? `The chat is over: ${why}.` : 'The chat is over.');
	setStatus('The chat is over');
	showTyping({ active: false });
	find('composer').inert = true;
	find('leave').textContent = 'New chat';
	find('leave').onclick = () => location.reload();
	find('leave').focus();
}

// ---- texts ----

async function sendText(text, item = null, messageId = undefined) {
	if (!chat)
		return;
	const meta = new Meta();
	const shown = textItem(text, meta, true);
	if (item)
		item.replaceWith(shown);
	else
		addItem(shown);
	meta.setMark('waiting');
	const outgoing = chat.send(text, { messageId });
	try {
		await outgoing.response;
		meta.setMark('sent');
		await outgoing.delivered;
		meta.setMark('delivered');
	} catch (error) {
		meta.setMark('failed', error.message);
		if (chat)
			meta.setButton('Send again', () => sendText(text, shown, outgoing.messageId));
	}
}

function showMessage({ messageId, text, cpim }) {
	if (text === null || seen.has(messageId))
		return;
	seen.add(messageId);
	if (seen.size > SEEN_MAX)
		seen.delete(seen.values().next().value);
	remoteName = cpim?.from?.name.slice(0, 64) || remoteName || 'The other side';
	addItem(textItem(text, new Meta(remoteName), false));
	showTyping({ active: false });
	if (document.hidden)
		document.title = '● Chat';
}

// ---- who is typing ----

function showTyping({ active, refresh = 0 }) {
	clearTimeout(remoteTypingTimer);
	find('typing').textContent = active ? `${remoteName || 'The other side'} is typing …` : '';
	if (active)
		remoteTypingTimer = setTimeout(() => showTyping({ active: false }), refresh * 1000);
}

function tellTyping(active) {
	if (active === (typingTimer !== null) && !active)
		return;
	if (active !== (typingTimer !== null) && chat?.session?.state === 'open')
		chat.sendComposing({ active });
	clearTimeout(typingTimer);
	typingTimer = active ? setTimeout(() => tellTyping(false), TYPING_MS) : null;
}

// ---- what people do ----

function submitText() {
	const { value } = find('text');
	if (value.trim() === '' || !chat)
		return;
	find('text').value = '';
	growText();
	// A message itself says that nobody is typing any more.
	clearTimeout(typingTimer);
	typingTimer = null;
	sendText(value);
}

function growText() {
	const text = find('text');
	text.style.height = 'auto';
	text.style.height = `${text.scrollHeight + 2}px`;
}

function sendFiles(files) {
	for (const file of chat ? files : [])
		sendFile(chat, file);
}

function startComposer() {
	find('composer').onsubmit = (event) => {
		event.preventDefault();
		submitText();
	};
	find('text').onkeydown = (event) => {
		if (event.key !== 'Enter' || event.shiftKey || event.isComposing)
			return;
		event.preventDefault();
		submitText();
	};
	find('text').oninput = () => {
		growText();
		tellTyping(find('text').value !== '');
	};
	find('files').onchange = () => {
		sendFiles(find('files').files);
		find('files').value = '';
	};
}

function startDropping() {
	const isFile = (event) => !find('talk').hidden && event.dataTransfer?.types.includes('Files');
	document.ondragover = (event) => {
		if (!isFile(event))
			return;
		event.preventDefault();
		find('drop').hidden = false;
	};
	document.ondragleave = (event) => {
		if (event.relatedTarget === null)
			find('drop').hidden = true;
	};
	document.ondrop = (event) => {
		find('drop').hidden = true;
		if (!isFile(event))
			return;
		event.preventDefault();
		sendFiles(event.dataTransfer.files);
	};
}

function startButtons() {
	find('leave').onclick = () => leave();
	find('copy').onclick = async () => {
		find('link').select();
		await navigator.clipboard?.writeText(find('link').value);
		find('copied').textContent = 'Copied.';
	};
	find('open').title = 'for a trial on this machine';
	addEventListener('online', () => relay?.retry());
	document.onvisibilitychange = () => { document.title = 'Chat'; };
}

followLog();
startComposer();
startDropping();
startButtons();
startForm();
