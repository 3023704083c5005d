/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdbool.h>

/* What the service manager is told (sd_notify(3)). Without one, all of these do nothing. */

/* Is there somebody to tell? */
bool notify_wanted(void);

void notify_ready(void);

/* A new configuration is being read; notify_ready() follows, however it ends. */
void notify_reloading(void);
void notify_stopping(void);

/* While it stops: it goes on, and is to be given so many seconds more. */
void notify_alive(unsigned seconds);

/* One line for "systemctl status". */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
