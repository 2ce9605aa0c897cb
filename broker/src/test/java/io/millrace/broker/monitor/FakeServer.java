package io.millrace.broker.monitor;

import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.jetstream.view.Detail;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.latency.Latencies;
import io.millrace.broker.routing.Router;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A router alone, whose commands are counted. */
public class FakeServer implements Monitored {
    private final Router router;
    private final Latencies latencies = new Latencies();
    private final Options options;
    public boolean listening = true;
    public Optional<JetStreamView> jetStream = Optional.empty();

    /** Whether JetStream doesn't answer. */
    boolean isStuck;

    /** Whether the routing thread doesn't. */
    boolean isSilent;

    int commands;

    FakeServer(Router router) {
        this(router, new OptionsBuilder().conclude(1));
    }

    public FakeServer(Router router, Options options) {
        this.router = router;
        this.options = options;
    }

    @Override
    public Options options() {
        return options;
    }

    @Override
    public Instant started() {
        return Instant.EPOCH;
    }

    @Override
    public Optional<Instant> certificateEnd() {
        return Optional.empty();
    }

    @Override
    public Optional<Instant> leafCertificateEnd() {
        return Optional.empty();
    }

    @Override
    public int leafPort() {
        return 0;
    }

    @Override
    public Optional<Instant> clusterCertificateEnd() {
        return Optional.empty();
    }

    @Override
    public Instant configured() {
        return Instant.EPOCH;
    }

    @Override
    public boolean isListening() {
        return listening;
    }

    @Override
    public Latencies latencies() {
        return latencies;
    }

    @Override
    public MemorySnapshot memory() {
        return MemorySnapshot.of(router.ledger());
    }

    @Override
    public Optional<JetStreamView> jetStream(Look look) {
        if (isStuck) {
            throw new IllegalStateException("no answer in time");
        }
        return look.detail() == Detail.TOTALS
                ? jetStream.map(StoredView::withoutStreams)
                : jetStream;
    }

    @Override
    public int clusterPort() {
        return 0;
    }

    @Override
    public int webSocketPort() {
        return 0;
    }

    @Override
    public Optional<Instant> webSocketCertificateEnd() {
        return Optional.empty();
    }

    @Override
    public int ringWaiting() {
        return 0;
    }

    @Override
    public int ringCapacity() {
        return 1024;
    }

    @Override
    public List<Integer> ioTasks() {
        return List.of(0);
    }

    @Override
    public long droppedLogLines() {
        return 0;
    }

    @Override
    public <T> T ask(Function<Router, T> question) {
        commands++;
        if (isSilent) {
            throw new IllegalStateException("no answer in time");
        }
        return question.apply(router);
    }
}
