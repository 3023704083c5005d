/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages to the service manager (sd_notify(3)). Without a service manager these functions
 * do nothing.
 */
#ifndef DAEMON_LOG_NOTIFY_H
#define DAEMON_LOG_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* Is there somebody to tell? */
bool notify_wanted(void);

void notify_ready(void);

/* A new configuration is being read; notify_ready() follows, however it ends. */
void notify_reloading(void);
void notify_stopping(void);

/* While it stops: it goes on, and is to be given so many seconds more. */
void notify_alive(unsigned seconds);

/*
 * Within how many milliseconds of the last time it wants to hear that all is well,
 * before it takes us for stuck; 0: it does not watch.
 */
uint64_t notify_watchdog_ms(void);

/* All is well. */
void notify_healthy(void);

/* One line for "systemctl status". */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
