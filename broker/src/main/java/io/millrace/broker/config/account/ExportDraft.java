package io.millrace.broker.config.account;

import io.millrace.broker.config.Position;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * An export as it is written, before it is known which accounts there are.
 *
 * @param isService else it is a stream
 * @param accounts those that may import it; null for all
 * @param threshold zero if nothing was said of it
 */
record ExportDraft(
        Position at,
        boolean isService,
        String subject,
        @Nullable List<String> accounts,
        int tokenPosition,
        ServiceExport.ResponseType responseType,
        Duration threshold,
        ServiceExport.@Nullable Latency latency,
        boolean allowTrace) {
    String kind() {
        return isService ? "service" : "stream";
    }
}
