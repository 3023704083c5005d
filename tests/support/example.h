/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SUPPORT_EXAMPLE_H
#define SUPPORT_EXAMPLE_H

#include "base/slice.h"

/*
 * An input for the parser, and its expected trace (see support/trace.h).
 */
struct example {
	const char *what;
	struct slice in;
	const char *want;
};

/* An input may contain NULs, so its length is that of the literal. */
#define IN(literal)                                                                                \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

/* The usual parts of examples, and their trace. */
#define ALICE	"msrp://alice.example.com:7777/iau39;tcp"
#define BOB	"msrp://bob.example.com:8888/9di4ea;tcp"
#define PATHS	"To-Path: " BOB "\r\nFrom-Path: " ALICE "\r\n"
#define T_PATHS "to " BOB "\nfrom " ALICE "\n"
#define SEND	"MSRP abcd SEND\r\n" PATHS "Message-ID: 1234\r\n"
#define T_SEND	"SEND abcd\n" T_PATHS "Message-ID: 1234\n"

/* Fails the case unless the trace is the same for all ways to cut the input. */
void example_check(const struct example *example);

#endif
