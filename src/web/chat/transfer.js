// SPDX-License-Identifier: GPL-3.0-or-later
// Files in the log, ours and the other side's: a name, a bar, and buttons.

import { addItem, make, Meta, sizeText } from './view.js';

const STEP_MS = 200; // between two updates of a bar: more would be read aloud

const KEPT_MAX = 8 * 1000 ** 3; // octets of all received files: they must not fill the disk
let kept = 0;

class Transfer {
	constructor(name, size, mine) {
		this.name = name || 'unnamed file';
		this.size = size;
		this.shownAt = 0;
		this.meta = new Meta();
		this.bar = make('progress');
		this.bar.setAttribute('aria-label', `${mine ? 'Sending' : 'Receiving'} ${this.name}`);
		this.amount = make('span', 'amount', size === null ? '' : sizeText(size));
		this.meta.element.prepend(this.amount);
		this.item = make('li', mine ? 'mine file' : 'file');
		this.title = make('p', 'text', this.name);
		this.item.append(this.title, this.bar, this.meta.element);
		addItem(this.item);
	}

	progress(done, total) {
		const now = performance.now();
		if (now - this.shownAt < STEP_MS && done !== total)
			return;
		this.shownAt = now;
		if (total) {
			this.bar.max = total;
			this.bar.value = done;
		}
		this.amount.textContent = total ? `${sizeText(done)} of ${sizeText(total)}` : sizeText(done);
	}

	finish(size) {
		this.bar.remove();
		this.meta.setButton(null);
		this.amount.textContent = sizeText(size);
	}

	fail(why) {
		this.bar.remove();
		this.meta.setButton(null);
		this.meta.setMark('failed', why);
	}
}

// Sends FILE over CHAT, and shows it.
export async function sendFile(chat, file) {
	const shown = new Transfer(file.name, file.size, true);
	const outgoing = chat.sendFile(file, { progress: (done, total) => shown.progress(done, total) });
	shown.meta.setMark('waiting');
	shown.meta.setButton('Cancel', () => outgoing.abort());
	try {
		await outgoing.response;
		shown.finish(file.size);
		shown.meta.setMark('sent');
		await outgoing.delivered;
		shown.meta.setMark('delivered');
	} catch (error) {
		shown.fail(error.code === 'ABORTED' ? 'cancelled' : error.message);
	}
}

// Shows an incoming file. The browser keeps it, and the user may save it.
export async function receiveFile(message) {
	const shown = new Transfer(message.fileName, message.total, false);
	const whole = message.blob({ max: KEPT_MAX - kept });
	let counted = 0;
	message.progress = (done, total) => {
		kept += done - counted;
		counted = done;
		shown.progress(done, total);
	};
	shown.meta.setButton('Cancel', () => message.refuse(413, 'cancelled'));
	try {
		const blob = await whole;
		shown.finish(blob.size);
		offerToSave(shown, blob);
	} catch (error) {
		kept -= counted;
		shown.fail(error.message);
	}
}

// Never under its sender's type: as a page it would have the rights of this one.
function offerToSave(shown, blob) {
	const link = make('a', '', shown.name);
	link.href = URL.createObjectURL(blob.slice(0, blob.size, 'application/octet-stream'));
	link.download = shown.name;
	link.ariaLabel = `Save ${shown.name}`;
	shown.title.replaceChildren(link);
}
