/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ways to a transport under the names of python-msrplib. There is one through a relay,
 * msrp_relay_connection_new(), and two without: these choose.
 */
#include "client/msrp/connect.h"

int msrp_connector_relay_new(struct msrp_context *context, const struct msrp_relay_settings *relay,
			     struct msrp_connector **ret_connector)
{
	return msrp_relay_connection_new(context, relay, MSRP_MODE_ACTIVE, ret_connector);
}

int msrp_acceptor_relay_new(struct msrp_context *context, const struct msrp_relay_settings *relay,
			    struct msrp_connector **ret_connector)
{
	return msrp_relay_connection_new(context, relay, MSRP_MODE_PASSIVE, ret_connector);
}

int msrp_get_connector(struct msrp_context *context, const struct msrp_relay_settings *relay,
		       struct msrp_connector **ret_connector)
{
	return relay ? msrp_connector_relay_new(context, relay, ret_connector)
		     : msrp_connector_direct_new(context, ret_connector);
}

int msrp_get_acceptor(struct msrp_context *context, const struct msrp_relay_settings *relay,
		      struct msrp_connector **ret_connector)
{
	return relay ? msrp_acceptor_relay_new(context, relay, ret_connector)
		     : msrp_acceptor_direct_new(context, ret_connector);
}
