// SPDX-License-Identifier: GPL-3.0-or-later
// Which octets of a message are there, or reported: a few spans, merged where they meet.

const SPANS_MAX = 1024; // only an attacker leaves more holes than this

export class Coverage {
	constructor() {
		this.spans = []; // [from, to), sorted, not touching each other
	}

	// False when there would be too many holes.
	add(from, to) {
		if (to <= from)
			return true;
		const touches = ([a, b]) => a <= to && b >= from;
		const met = this.spans.filter(touches);
		const span = [Math.min(from, ...met.map(([a]) => a)), Math.max(to, ...met.map(([, b]) => b))];
		this.spans = [...this.spans.filter((other) => !touches(other)), span]
			.sort(([a], [b]) => a - b);
		return this.spans.length <= SPANS_MAX;
	}

	covers(total) {
		return total === 0 || (this.spans.length === 1 && this.spans[0][0] === 0 &&
			this.spans[0][1] >= total);
	}
}
