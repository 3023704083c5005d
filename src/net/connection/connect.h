/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way from a host, or from a service, to an open transport, step by step. connection.c starts
 * it, and takes the result.
 */
#ifndef NET_CONNECTION_CONNECT_H
#define NET_CONNECTION_CONNECT_H

/* An outgoing connection in the making: look-ups, then attempts until one of them succeeds. */
struct net_connector;

/* Cancels what is under way. NULL is fine. Returns NULL. */
struct net_connector *net_connector_free(struct net_connector *connector);

/* The step that it was at when time ran out. */
const char *net_connector_timeout_text(const struct net_connector *connector);

#endif
