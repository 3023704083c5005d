/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_SANITIZED_H
#define SUPPORT_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SUPPORT_HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SUPPORT_HAS_SANITIZER 1
#endif
#endif

/* Is a sanitizer built in, which makes everything several times slower? */
#ifdef SUPPORT_HAS_SANITIZER
enum { SUPPORT_IS_SANITIZED = 1 };
#else
enum { SUPPORT_IS_SANITIZED = 0 };
#endif

#endif
