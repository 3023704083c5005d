// SPDX-License-Identifier: GPL-3.0-or-later
// The visible part: the three parts of the page, and the items of its log. Knows nothing of MSRP.

const LOG_MAX = 5000; // items; the oldest go, so that a flood does not fill memory

export function find(id) {
	return document.getElementById(id);
}

// An element with classes and content, which is text and nothing else.
export function make(tag, className = '', text = '') {
	const element = document.createElement(tag);
	element.className = className;
	element.textContent = text;
	return element;
}

export function sizeText(octets) {
	const units = ['bytes', 'kB', 'MB', 'GB'];
	let unit = 0;
	for (; octets >= 1000 && unit < units.length - 1; unit++)
		octets /= 1000;
	return `${unit === 0 ? octets : octets.toFixed(1)} ${units[unit]}`;
}

export function show(part) {
	for (const id of ['sign-in', 'invite', 'talk'])
		find(id).hidden = id !== part;
	find('leave').hidden = part === 'sign-in';
	const focus = { 'sign-in': find('sign-in').elements.relay, invite: find('invite-title'), talk: find('text') };
	focus[part].focus();
}

export function setStatus(text) {
	find('status').textContent = text;
}

// Keeps the end of the log in sight when it changes, unless the reader is elsewhere.
export function followLog() {
	const log = find('log');
	let isAtEnd = true;
	const follow = () => {
		if (isAtEnd)
			log.scrollTop = log.scrollHeight;
	};
	log.onscroll = () => { isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80; };
	new MutationObserver(follow).observe(log, { childList: true, subtree: true, characterData: true });
	new ResizeObserver(follow).observe(log);
}

export function addItem(item) {
	const log = find('log');
	log.append(item);
	if (log.children.length > LOG_MAX)
		log.firstElementChild.remove();
	return item;
}

export function addNote(text) {
	return addItem(make('li', 'note', text));
}

const MARKS = {
	waiting: ['…', 'waiting'],
	sent: ['✓', 'sent'],
	delivered: ['✓✓', 'delivered'],
	failed: ['!', 'not delivered'],
};

// A line below a message: time, sender, and the outcome of our own.
export class Meta {
	constructor(who) {
		this.element = make('p', 'meta');
		this.mark = make('span');
		const now = new Date();
		const time = make('time', '', now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }));
		time.dateTime = now.toISOString();
		this.element.append(...(who ? [make('span', 'who', who)] : []), time, this.mark);
	}

	setMark(state, why = '') {
		const [sign, words] = MARKS[state];
		const said = why ? `${words}: ${why}` : words;
		const symbol = make('span', '', `${sign} `);
		symbol.ariaHidden = 'true';
		this.mark.className = state;
		this.mark.replaceChildren(symbol, state === 'failed' ? said : make('span', 'unseen', said));
		this.mark.title = said;
	}

	// A button that works once, until it is pressed or removed.
	setButton(text, action) {
		this.button?.remove();
		this.button = text ? make('button', '', text) : null;
		if (!text)
			return;
		this.button.type = 'button';
		this.button.onclick = action;
		this.element.append(this.button);
	}
}

export function textItem(text, meta, mine) {
	const item = make('li', mine ? 'mine text-item' : 'text-item');
	item.append(make('p', 'text', text), meta.element);
	return item;
}
