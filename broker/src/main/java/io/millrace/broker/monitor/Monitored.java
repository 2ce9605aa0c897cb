package io.millrace.broker.monitor;

import io.millrace.broker.config.start.Options;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.latency.Latencies;
import io.millrace.broker.routing.Router;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The server that is looked at. The composition root makes it; the monitor thread asks. */
public interface Monitored {
    Options options();

    /** When it was started. */
    Instant started();

    /** When the server's TLS certificate ends; empty without TLS. */
    Optional<Instant> certificateEnd();

    /** When the certificate for routes ends; empty without TLS for them. */
    Optional<Instant> clusterCertificateEnd();

    /** When the certificate for leaf nodes ends; empty without TLS for them. */
    Optional<Instant> leafCertificateEnd();

    /** The port that leaf nodes connect to; 0 for none. */
    int leafPort();

    /** Since when the options hold. */
    Instant configured();

    /** Whether it accepts clients. */
    boolean isListening();

    Latencies latencies();

    /** What it keeps for its clients and other servers. */
    MemorySnapshot memory();

    /** The port that routes connect to; 0 if there is none, or not yet. */
    int clusterPort();

    /** What connects the server's cluster with others; empty if nothing does, or not yet. */
    default Optional<GatewayView> gateway() throws InterruptedException {
        return Optional.empty();
    }

    /**
     * JetStream as it is now; empty if there is none, or not yet, or no more.
     *
     * @throws IllegalStateException if there is no answer in time, or the server is closed
     */
    default Optional<JetStreamView> jetStream(Look look) throws InterruptedException {
        return Optional.empty();
    }

    /** The port that WebSocket clients connect to; 0 if there is none, or not yet. */
    int webSocketPort();

    /** When the certificate for WebSocket clients ends; empty without TLS for them. */
    Optional<Instant> webSocketCertificateEnd();

    /** Entries of the ring that wait for the routing thread. */
    int ringWaiting();

    int ringCapacity();

    /** Tasks that wait for each I/O loop. */
    List<Integer> ioTasks();

    /** Lines that the log did not take in time, since the start. */
    long droppedLogLines();

    /**
     * Asks the routing thread, and waits for its answer.
     *
     * @throws IllegalStateException if there is none in time, or the server is closed
     */
    <T> T ask(Function<Router, T> question) throws InterruptedException;
}
