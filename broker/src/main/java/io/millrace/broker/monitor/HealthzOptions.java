package io.millrace.broker.monitor;

/**
 * What is asked of {@code healthz}.
 *
 * @param jsEnabled the old name of the next
 * @param jsEnabledOnly whether it is enough that JetStream is there, whatever is in it
 * @param jsServerOnly whether it is enough that clients can connect
 * @param account the only one to look at; empty for all
 * @param stream the only one of its streams; empty for all
 * @param consumer that stream's, which must be there; empty for none
 * @param details whether what is wrong is listed
 */
public record HealthzOptions(
        boolean jsEnabled,
        boolean jsEnabledOnly,
        boolean jsServerOnly,
        String account,
        String stream,
        String consumer,
        boolean details) {
    /** Whatever is in JetStream. */
    static final HealthzOptions BRIEF = new HealthzOptions(false, true, false, "", "", "", false);

    /** Only whether clients can connect. */
    static final HealthzOptions CONNECTABLE =
            new HealthzOptions(false, false, true, "", "", "", false);

    static HealthzOptions of(Query query) throws BadQueryException {
        boolean jsEnabled = query.flag("js-enabled");
        boolean jsEnabledOnly = query.flag("js-enabled-only");
        boolean jsServerOnly = query.flag("js-server-only");
        // There is no group that JetStream's servers would agree in.
        query.flag("js-meta-only");
        return new HealthzOptions(
                jsEnabled,
                jsEnabledOnly,
                jsServerOnly,
                query.text("account"),
                query.text("stream"),
                query.text("consumer"),
                query.flag("details"));
    }
}
