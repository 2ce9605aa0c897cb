package io.millrace.broker.monitor;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What connects the server's cluster with others, at some moment.
 *
 * @param listening the port that gateways connect to
 * @param host where other clusters are told that it is
 * @param port the port that goes with it
 * @param certificateEnd when the certificate ends that they see first; empty without TLS
 * @param urls where the servers of each configured cluster are
 */
public record GatewayView(
        int listening,
        String host,
        int port,
        Optional<Instant> certificateEnd,
        Map<String, List<String>> urls) {}
