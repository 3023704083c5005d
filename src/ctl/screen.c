/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Switches the terminal to a second screen and back. Signals are noted and wake poll() by a pipe,
 * so none is lost between looking and waiting.
 */
#include "ctl/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { USUAL_HEIGHT = 24 };

/* Second screen, no cursor, no automatic line breaks; and the reverse. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define CLEAR "\033[H\033[2J"

static struct termios usual;
static int signals[2] = { -1, -1 };

static void on_signal(int number)
{
	char c = number == SIGWINCH ? 'w' : 'e';
	int err = errno;

	if (write(signals[1], &c, 1) < 0) {
		/* It is full, so it wakes anyway. */
	}
	errno = err;
}

static void catch_signals(void)
{
	static const int caught[] = { SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = on_signal };

	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaction(caught[i], &action, NULL);
}

bool ctl_screen_start(void)
{
	struct termios raw;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &usual) != 0)
		return false;
	if (pipe2(signals, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	catch_signals();
	raw = usual;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VSUSP] = _POSIX_VDISABLE; /* the shell would be left on our screen */
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
	fputs(ENTER, stdout);
	return true;
}

void ctl_screen_stop(void)
{
	fputs(LEAVE, stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual);
	close(signals[0]);
	close(signals[1]);
}

void ctl_screen_clear(void)
{
	fputs(CLEAR, stdout);
}

unsigned ctl_screen_height(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
		return USUAL_HEIGHT;
	return size.ws_row;
}

int ctl_screen_key(int ms)
{
	struct pollfd fds[] = { { .fd = signals[0], .events = POLLIN },
				{ .fd = STDIN_FILENO, .events = POLLIN } };
	unsigned char c;
	int n;

	fflush(stdout);
	n = poll(fds, 2, ms);
	if (n < 0 && errno != EINTR)
		return CTL_KEY_END;
	if (read(signals[0], &c, 1) == 1)
		return c == 'w' ? CTL_KEY_RESIZE : CTL_KEY_END;
	if (n <= 0)
		return CTL_KEY_NONE;
	return read(STDIN_FILENO, &c, 1) == 1 ? c : CTL_KEY_END;
}
