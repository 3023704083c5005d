/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The visible state of calls, for an operator and the proxy.
 */
#ifndef RELAY_ANCHOR_VIEW_H
#define RELAY_ANCHOR_VIEW_H

#include "relay/leg.h"

void relay_call_view(const struct relay_call *call, struct relay_call_view *ret_view);

#endif
