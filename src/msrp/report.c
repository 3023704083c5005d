/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The comments of RFC 4975 section 10 for codes, the Status header, and a whole REPORT.
 */
#include "msrp/report.h"

#include "base/ascii.h"
#include "msrp/message.h"
#include "msrp/result.h"
#include "msrp/writer.h"

enum {
	CODE_LEN = 3,
	STATUS_LEN_MIN = CODE_LEN + 1 + CODE_LEN, /* "000 200" */
};

const char *msrp_status_comment(unsigned code)
{
	switch (code) {
	case MSRP_OK:
		return "OK";
	case MSRP_BAD_REQUEST:
		return "Bad Request";
	case MSRP_UNAUTHORIZED:
		return "Unauthorized";
	case MSRP_FORBIDDEN:
		return "Forbidden";
	case MSRP_TIMEOUT:
		return "Downstream Timeout";
	case MSRP_STOP_SENDING:
		return "Stop Sending Message";
	case MSRP_UNSUPPORTED_MEDIA:
		return "Unsupported Media Type";
	case MSRP_INTERVAL_OUT_OF_BOUNDS:
		return "Interval Out-of-Bounds";
	case MSRP_NO_SESSION:
		return "No Such Session";
	case MSRP_UNKNOWN_METHOD:
		return "Unknown Method";
	case MSRP_SESSION_IN_USE:
		return "Session Already In Use";
	default:
		return "";
	}
}

/* Parses CODE_LEN digits at P. */
static bool parse_code(const char *p, unsigned *ret_code)
{
	unsigned code = 0;

	for (size_t i = 0; i < CODE_LEN; i++) {
		if (!ascii_is_digit(p[i]))
			return false;
		code = code * 10 + (unsigned)(p[i] - '0');
	}
	*ret_code = code;
	return true;
}

int msrp_status_parse(struct slice value, struct msrp_status_value *ret_status)
{
	struct msrp_status_value status = { 0 };

	if (value.len < STATUS_LEN_MIN || !parse_code(value.p, &status.name_space) ||
	    value.p[CODE_LEN] != ' ' || !parse_code(value.p + CODE_LEN + 1, &status.code) ||
	    status.code == 0) /* as in a response */
		return MSRP_BAD;
	if (value.len > STATUS_LEN_MIN) {
		if (value.p[STATUS_LEN_MIN] != ' ')
			return MSRP_BAD;
		status.comment = slice_skip(value, STATUS_LEN_MIN + 1);
	}
	*ret_status = status;
	return 0;
}

int msrp_status_of(const struct msrp_message *m, struct msrp_status_value *ret_status)
{
	const struct msrp_header_slices *h = msrp_message_find(m, MSRP_H_STATUS);

	return h ? msrp_status_parse(h->value, ret_status) : MSRP_BAD;
}

void msrp_report_write(const struct msrp_report *report, struct buf *out)
{
	const char *comment = report->comment ? report->comment : msrp_status_comment(report->code);

	msrp_write_request(out, report->id, SLICE("REPORT"));
	msrp_write_header(out, MSRP_H_TO_PATH, report->to_path);
	msrp_write_header(out, MSRP_H_FROM_PATH, report->from_path);
	msrp_write_header(out, MSRP_H_MESSAGE_ID, report->message_id);
	msrp_write_range(out, &report->range);
	msrp_write_status(out, report->code, slice_from(comment));
	msrp_write_end(out, report->id, '$', false);
}
