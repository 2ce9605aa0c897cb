package io.millrace.broker.monitor;

import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.start.Options;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the blocks of {@code /varz} about links to other servers end with. */
final class LinkVarz {
    private LinkVarz() {}

    /**
     * Writes it. As the reference: only a deadline of its own, not the one that clients have, too.
     *
     * @param deadline that of the links
     * @param certificateEnd when the certificate for them ends; empty without TLS
     */
    static void writeEnd(
            JsonOut out,
            Options options,
            Duration deadline,
            WriteTimeout timeout,
            Optional<Instant> certificateEnd)
            throws IOException {
        boolean own = !deadline.equals(options.delivery().writeDeadline());
        out.some("write_deadline", own ? deadline.toNanos() : 0)
                .some("write_timeout", timeout.chosen());
        if (certificateEnd.isPresent()) {
            out.field("tls_cert_not_after", certificateEnd.get());
        }
    }
}
