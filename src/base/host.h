/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What counts as a name of a host wherever somebody writes one: in the configuration, in a URI, in
 * a certificate to be looked for.
 */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>

#include "base/slice.h"

/*
 * Is it a name that a host may have: labels of letters, digits, '-' and '_' with
 * single dots between them? "relay.test" and "localhost" are; ".test", "a..test",
 * "*.test", "relay.test." and "" are not. Numeric IPv4 addresses look like names.
 */
bool host_is_name(struct slice host);

#endif
