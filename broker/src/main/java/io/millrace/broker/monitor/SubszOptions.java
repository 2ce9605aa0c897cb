package io.millrace.broker.monitor;

/**
 * What is asked of {@code subsz}.
 *
 * @param list whether subscriptions are listed
 * @param account name of the only account to look at; empty for all
 * @param test lists those only that match this subject; empty for all
 */
public record SubszOptions(boolean list, Page page, String account, String test) {
    /** Numbers only. */
    static final SubszOptions TOTALS = new SubszOptions(false, Page.of(0, 0), "", "");

    static SubszOptions of(Query query) throws BadQueryException {
        boolean list = query.flag("subs");
        return new SubszOptions(list, Page.of(query), query.text("acc"), query.text("test"));
    }
}
