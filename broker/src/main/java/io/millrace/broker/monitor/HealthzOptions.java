package io.millrace.broker.monitor;

/**
 * What is asked of {@code healthz}; of JetStream, which there isn't, only what makes no sense.
 *
 * @param jsEnabled the old name of an option
 * @param account empty if none is given
 * @param stream empty if none is given
 * @param consumer empty if none is given
 * @param details whether what is wrong is listed
 */
public record HealthzOptions(
        boolean jsEnabled, String account, String stream, String consumer, boolean details) {
    static HealthzOptions of(Query query) throws BadQueryException {
        boolean jsEnabled = query.flag("js-enabled");
        for (String flag : new String[] {"js-enabled-only", "js-server-only", "js-meta-only"}) {
            query.flag(flag);
        }
        return new HealthzOptions(
                jsEnabled,
                query.text("account"),
                query.text("stream"),
                query.text("consumer"),
                query.flag("details"));
    }
}
