/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_COMMAND_FILING_H
#define CLI_COMMAND_FILING_H

#include "base/buf.h"
#include "cli/app/app.h"
#include "cli/disk/output.h"
#include "cli/terminal/progress.h"
#include "cli/command/receive.h"

/*
 *     IDLE --offer--> READING (what is here of it?) --> AGREED --message--> COMING --> IDLE
 *
 * A file may also come before the answer, as a whole, or without an offer, from a sender that
 * offers nothing. Once something was offered, nothing comes that was not.
 */
struct cli_filing {
	struct cli_app app;
	const struct msrp_incoming *description; /* that is coming, or NULL */
	struct buf text;			 /* of it */
	struct msrp_sdp_media *offer;		 /* of the next file; NULL: it was not offered */
	struct msrp_file_hash *check;		 /* of a file that may be the one */
	bool reading;				 /* what is here, before the answer */
	bool agreed;				 /* the answer was sent, */
	uint64_t have;				 /* and said that there are these octets */
	struct cli_output *output;
	char *left; /* the name of what is left of a file that did not come to its end, or NULL */
	const struct msrp_incoming *message; /* with the file, or NULL */
	struct cli_progress progress;
	bool failed;		   /* some file did */
	bool refusing;		   /* the one that is coming; the sender goes on with the next */
	char why[CLI_RECEIVE_WHY]; /* the last one failed */
	bool interrupted;
	bool offered; /* some file was: then the sender says */
	bool ended;   /* that there are no more */
	size_t n_files;
};

/* Says why on stderr, and keeps it in why, from where the sender is told. */
void cli_filing_say_error(struct cli_filing *f, int err);
void cli_filing_say_failed(struct cli_filing *f, const char *what);

/* No file is under way, nor agreed on. */
void cli_filing_forget_offer(struct cli_filing *f);

/* Does the text that has come say what is to be done? Returns 0, or the status that refuses it. */
int cli_filing_take_description(struct cli_filing *f);

#endif
