// SPDX-License-Identifier: GPL-3.0-or-later
// Time, which a test may replace by its own: milliseconds, and delayed calls.

export const systemClock = {
	now: () => performance.now(),
	setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
	clearTimeout: (timer) => globalThis.clearTimeout(timer),
};

// Rejects with ERROR unless PROMISE settles within MS.
export function withTimeout(clock, promise, ms, error) {
	return new Promise((resolve, reject) => {
		const timer = clock.setTimeout(() => reject(error), ms);
		promise.then(resolve, reject).finally(() => clock.clearTimeout(timer));
	});
}

// A promise with its resolve and reject; a rejection without a listener is no accident here.
export function deferred() {
	const it = {};
	it.promise = new Promise((resolve, reject) => Object.assign(it, { resolve, reject }));
	it.promise.catch(() => {});
	return it;
}
