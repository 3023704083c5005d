/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decides what is a host name wherever one is written: in the configuration, in a URI, in a
 * certificate.
 */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>

#include "base/slice.h"

/*
 * Is it a valid host name: labels of letters, digits, '-' and '_' separated by single dots?
 * "relay.test" and "localhost" are; ".test", "a..test", "*.test", "relay.test." and "" are not.
 * Numeric IPv4 addresses look like names.
 */
bool host_is_name(struct slice host);

#endif
