package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.view.Busiest;
import io.millrace.broker.jetstream.view.CopiesView;
import io.millrace.broker.jetstream.view.InAccount;
import io.millrace.broker.jetstream.view.JetStreamView;
import io.millrace.broker.jetstream.view.StreamView;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What Prometheus reads of what may be in streams, and of what these copy. */
class CopyMetricsTest {
    private static final String MIRROR =
            "{\"name\":\"FAR\",\"external\":{\"api\":\"$JS.hub.API\",\"deliver\":\"d\",\"x\":[{}]},"
                    + "\"lag\":7,\"active\":-1,\"error\":{\"code\":1,\"lag\":3}}";

    private static final String CONFIG =
            "{\"name\":\"S\",\"subjects\":[\"max_msgs\"],\"metadata\":{\"max_msgs\":\"1\"},"
                    + "\"max_msgs\":5000000000,\"max_bytes\":12}";

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
                () -> CONFIG,
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

    private static String sources(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"name\":\"S%d\",\"lag\":%d,\"active\":%d}".formatted(i, i, 2 * i))
                .collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void shouldTellOfMirrorsSourcesAndBounds() throws Exception {
        OpenMetrics read =
                read(
                        stream("M", new CopiesView(MIRROR, "")),
                        stream("S", new CopiesView("", sources(2))));
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
        OpenMetrics read = read(stream("S", new CopiesView("", sources(many))));
        assertThat(read.samples("nats_stream_source_lag"))
                .hasSize(JetStreamMetrics.MOST)
                .allMatch(each -> each.value() >= many - JetStreamMetrics.MOST);
    }
}
