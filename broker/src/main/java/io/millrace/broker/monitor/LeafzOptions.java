package io.millrace.broker.monitor;

/**
 * What is asked of leaf nodes.
 *
 * @param subscriptions whether what they have told is listed
 * @param account the only account to show; empty for all
 */
public record LeafzOptions(boolean subscriptions, String account) {
    static LeafzOptions of(Query query) throws BadQueryException {
        return new LeafzOptions(query.flag("subs"), query.text("acc"));
    }
}
