/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A terminal as a screen, for "msrpctl top": single keys, its size, and a picture that replaces the
 * one before. By ANSI escape sequences alone, which all terminals know.
 */
#ifndef CTL_SCREEN_H
#define CTL_SCREEN_H

#include <stdbool.h>

/* Results of ctl_screen_key() other than characters. */
enum {
	CTL_KEY_NONE = -1,   /* the time is over */
	CTL_KEY_RESIZE = -2, /* the screen has another size */
	CTL_KEY_END = -3,    /* the terminal is gone, or the program is told to end */
};

/*
 * Takes over the terminal: stdin for keys, stdout for pictures. Returns false if these are none.
 * Signals that end the program are keys from now on.
 */
bool ctl_screen_start(void);

/* Gives it back as it was. */
void ctl_screen_stop(void);

/* Begins a picture on stdout. Lines that are too long are cut off. */
void ctl_screen_clear(void);

/* How many lines fit. */
unsigned ctl_screen_height(void);

/* Waits for a key for up to MS milliseconds. */
int ctl_screen_key(int ms);

#endif
