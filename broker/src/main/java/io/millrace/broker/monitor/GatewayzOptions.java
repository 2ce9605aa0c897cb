package io.millrace.broker.monitor;

/**
 * What is to be told of gateways.
 *
 * @param name of the only cluster to tell of; empty for all
 * @param accounts whether accounts are told of
 * @param account the only one of them; empty for all
 * @param shown how much of their subscriptions
 */
public record GatewayzOptions(
        String name, boolean accounts, String account, ShownSubscriptions shown) {
    /** Who names an account wants to hear of it. */
    public GatewayzOptions {
        accounts |= !account.isEmpty();
    }

    static GatewayzOptions of(Query query) throws BadQueryException {
        ShownSubscriptions shown = ShownSubscriptions.of(query);
        return new GatewayzOptions(
                query.text("gw_name"), query.flag("accs"), query.text("acc_name"), shown);
    }
}
