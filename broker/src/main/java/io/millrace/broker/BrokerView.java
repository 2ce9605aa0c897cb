package io.millrace.broker;

import io.millrace.broker.config.start.Options;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.Look;
import io.millrace.broker.latency.Latencies;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.GatewayView;
import io.millrace.broker.monitor.MemorySnapshot;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.routing.Router;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A broker as monitoring sees it. */
final class BrokerView implements Monitored {
    private final Broker broker;
    private final ServerLog log;
    private final Instant started = Instant.now();

    BrokerView(Broker broker, ServerLog log) {
        this.broker = broker;
        this.log = log;
    }

    @Override
    public Options options() {
        return broker.inForce().options();
    }

    @Override
    public Instant started() {
        return started;
    }

    @Override
    public Optional<Instant> certificateEnd() {
        return Optional.ofNullable(broker.tls())
                .map(contexts -> contexts.certificates().getFirst().getNotAfter().toInstant());
    }

    @Override
    public Optional<Instant> clusterCertificateEnd() {
        return Optional.ofNullable(broker.cluster()).flatMap(ClusterPart::certificateEnd);
    }

    @Override
    public Optional<Instant> leafCertificateEnd() {
        return Optional.ofNullable(broker.leaf()).flatMap(LeafPart::certificateEnd);
    }

    @Override
    public int leafPort() {
        LeafPart leaf = broker.leaf();
        return leaf == null ? 0 : leaf.port();
    }

    @Override
    public Instant configured() {
        return broker.inForce().since();
    }

    @Override
    public boolean isListening() {
        WebSocketPart webSocket = broker.webSocket();
        return broker.clients().isOpen() && (webSocket == null || webSocket.isOpen());
    }

    @Override
    public Latencies latencies() {
        return broker.latencies();
    }

    @Override
    public MemorySnapshot memory() {
        return MemorySnapshot.of(broker.ledger());
    }

    @Override
    public int clusterPort() {
        ClusterPart cluster = broker.cluster();
        return cluster == null ? 0 : cluster.address().getPort();
    }

    @Override
    public Optional<GatewayView> gateway() throws InterruptedException {
        GatewayPart gateway = broker.gateway();
        return gateway == null
                ? Optional.empty()
                : Optional.of(broker.asking().ask(_ -> gateway.view()));
    }

    @Override
    public Optional<JetStreamView> jetStream(Look look) throws InterruptedException {
        JetStreamPart jetStream = broker.jetStream();
        return jetStream == null ? Optional.empty() : Optional.of(jetStream.view(look));
    }

    @Override
    public int webSocketPort() {
        WebSocketPart webSocket = broker.webSocket();
        return webSocket == null ? 0 : webSocket.address().getPort();
    }

    @Override
    public Optional<Instant> webSocketCertificateEnd() {
        return Optional.ofNullable(broker.webSocket()).flatMap(WebSocketPart::certificateEnd);
    }

    @Override
    public int ringWaiting() {
        return broker.threads().ring().waiting();
    }

    @Override
    public int ringCapacity() {
        return broker.threads().ring().capacity();
    }

    @Override
    public List<Integer> ioTasks() {
        return broker.threads().eventLoops().pendingTasks();
    }

    @Override
    public long droppedLogLines() {
        return log.droppedLines();
    }

    @Override
    public <T> T ask(Function<Router, T> question) throws InterruptedException {
        return broker.asking().ask(question);
    }
}
