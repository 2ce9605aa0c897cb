package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.view.Busiest;
import io.millrace.broker.jetstream.view.CopiesView;
import io.millrace.broker.jetstream.view.CopyView;
import io.millrace.broker.jetstream.view.InAccount;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.StreamBounds;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What Prometheus reads of what may be in streams, and of what these copy. */
class CopyMetricsTest {
    private static final CopyView MIRROR = copy("FAR", "$JS.hub.API", "d", 7, -1);

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final FakeServer server = new FakeServer(fixture.router);
    private final Paths paths = new Paths(server, "", ServerLog.discarding());

    @AfterEach
    void close() {
        fixture.close();
    }

    private static StreamView stream(String name, CopiesView copies) {
        StreamView like = StoredView.memory();
        return new StreamView(
                name,
                like.created(),
                like.config(),
                new StreamBounds(5_000_000_000L, 12),
                like.state(),
                copies,
                0,
                List.of(),
                Optional.empty());
    }

    private OpenMetrics read(StreamView... streams) throws Exception {
        JetStreamView like = StoredView.healthy();
        server.jetStream =
                Optional.of(
                        new JetStreamView(
                                like.maxMemoryBytes(),
                                like.maxStoreBytes(),
                                like.storeDir(),
                                like.apiLevel(),
                                like.usage(),
                                like.api(),
                                like.totals(),
                                like.log(),
                                like.accounts(),
                                new Busiest(
                                        Stream.of(streams)
                                                .map(each -> new InAccount<>("A", each))
                                                .toList(),
                                        List.of(),
                                        0,
                                        0,
                                        0,
                                        0,
                                        0),
                                false));
        Query query =
                Query.parse("")
                        .accepting(Accepted.of("application/openmetrics-text;version=1.0.0"));
        byte[] body = paths.answer("/metrics", query).body();
        return OpenMetrics.parse(new String(body, StandardCharsets.UTF_8));
    }

    private static CopyView copy(String name, String api, String deliver, long lag, long activeNs) {
        return new CopyView(name, api, deliver, lag, activeNs, () -> "{}");
    }

    private static CopiesView sources(int count) {
        return new CopiesView(
                List.of(),
                IntStream.range(0, count).mapToObj(i -> copy("S" + i, "", "", i, 2L * i)).toList());
    }

    @Test
    void shouldTellOfMirrorsSourcesAndBounds() throws Exception {
        OpenMetrics read =
                read(
                        stream("M", new CopiesView(List.of(MIRROR), List.of())),
                        stream("S", sources(2)));
        OpenMetrics.Sample lag = read.samples("nats_stream_mirror_lag").getFirst();
        assertThat(lag.value()).isEqualTo(7);
        assertThat(lag.labels())
                .containsEntry("stream_name", "M")
                .containsEntry("mirror_name", "FAR")
                .containsEntry("mirror_api", "$JS.hub.API")
                .containsEntry("mirror_deliver", "d");
        assertThat(read.samples("nats_stream_mirror_active_duration_ns"))
                .extracting(OpenMetrics.Sample::value)
                .containsExactly(-1.0);
        assertThat(read.samples("nats_stream_source_lag"))
                .extracting(each -> each.labels().get("source_name") + each.value())
                .containsExactly("S11.0", "S00.0");
        assertThat(read.samples("nats_stream_source_active_duration_ns"))
                .extracting(OpenMetrics.Sample::value)
                .containsExactly(2.0, 0.0);
        assertThat(read.samples("nats_stream_limit_messages"))
                .hasSize(2)
                .allMatch(each -> each.value() == 5_000_000_000L);
        assertThat(read.samples("nats_stream_limit_bytes")).allMatch(each -> each.value() == 12);
    }

    @Test
    void shouldTellOfThoseThatLagMostOnly() throws Exception {
        int many = 3 * JetStreamMetrics.MOST;
        OpenMetrics read = read(stream("S", sources(many)));
        assertThat(read.samples("nats_stream_source_lag"))
                .hasSize(JetStreamMetrics.MOST)
                .allMatch(each -> each.value() >= many - JetStreamMetrics.MOST);
    }
}
