package io.millrace.broker.config.account;

import io.millrace.broker.config.Position;

/**
 * An import as it is written, before it is known what others export.
 *
 * @param isService else it is a stream
 * @param account the exporting one
 * @param subject of the exporting account
 * @param to what it is called in the importing account; empty for the same
 * @param prefix what stands before the subject there; empty for nothing
 */
record ImportDraft(
        Position at,
        boolean isService,
        String account,
        String subject,
        String to,
        String prefix,
        boolean share,
        boolean allowTrace) {
    /** What a service is called in the importing account. */
    String local() {
        return to.isEmpty() ? subject : to;
    }

    String kind() {
        return isService ? "service" : "stream";
    }
}
