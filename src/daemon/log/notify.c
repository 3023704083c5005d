/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sends states to the service manager, if there is one (sd_notify(3)): ready, reloading, stopping,
 * alive, and the status line.
 */
#include "daemon/log/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

/* Room for a mistake in the configuration, including a file name. */
enum { STATUS_MAX = 2048 };

bool notify_wanted(void)
{
	return getenv("NOTIFY_SOCKET") != NULL;
}

void notify_ready(void)
{
	sd_notify(0, "READY=1");
}

/* With Type=notify-reload systemd waits for a READY=1 later than this time. */
void notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
		   (unsigned long long)now.tv_sec * 1000000 +
		       (unsigned long long)now.tv_nsec / 1000);
}

/* A path, or a name in the abstract namespace after an '@'. 0: none that is usable. */
static socklen_t find_manager(struct sockaddr_un *ret_address)
{
	const char *name = getenv("NOTIFY_SOCKET");
	size_t len = strlen(name);

	if ((*name != '/' && *name != '@') || len >= sizeof(ret_address->sun_path))
		return 0;
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret_address->sun_path, name, len);
	if (*name == '@')
		ret_address->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

/*
 * sd_notify() blocks while the manager does not read, and all clients would wait too. Losing a
 * message is better.
 */
static void tell_manager(const char *text)
{
	struct sockaddr_un address;
	socklen_t len;
	int fd;

	if (!notify_wanted())
		return;
	len = find_manager(&address);
	if (len == 0)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, len);
	close(fd);
}

void notify_stopping(void)
{
	tell_manager("STOPPING=1");
}

void notify_alive(unsigned seconds)
{
	char text[64];

	snprintf(text, sizeof(text), "EXTEND_TIMEOUT_USEC=%llu", seconds * 1000000ULL);
	tell_manager(text);
}

uint64_t notify_watchdog_ms(void)
{
	uint64_t time_us;

	return sd_watchdog_enabled(0, &time_us) > 0 ? time_us / 1000 : 0;
}

void notify_healthy(void)
{
	tell_manager("WATCHDOG=1");
}

void notify_status(const char *format, ...)
{
	char text[STATUS_MAX] = "STATUS=";
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + len, sizeof(text) - len, format, ap);
	va_end(ap);
	tell_manager(text);
}
