/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages to the service manager (sd_notify(3)). Without a service manager these functions
 * do nothing.
 */
#ifndef DAEMON_LOG_NOTIFY_H
#define DAEMON_LOG_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* Is there a service manager? */
bool notify_wanted(void);

void notify_ready(void);

/* A reload begins; notify_ready() follows, however it ends. */
void notify_reloading(void);
void notify_stopping(void);

/* While stopping: asks for so many seconds more. */
void notify_alive(unsigned seconds);

/* The watchdog's interval: longer silence means that we are stuck; 0: no watchdog. */
uint64_t notify_watchdog_ms(void);

/* Feeds the watchdog. */
void notify_healthy(void);

/* One line for "systemctl status". */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
