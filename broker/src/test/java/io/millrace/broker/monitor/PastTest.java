package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** What the server remembers of the last hour, and what can be searched for. */
class PastTest {
    private static final int COLUMNS = Past.Column.values().length;

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final FakeServer server = new FakeServer(fixture.router);
    private final Past past = new Past(server, new Snapshots(server));

    @AfterEach
    void close() {
        fixture.close();
    }

    private static long at(long[] looks, int look, Past.Column column) {
        return looks[look * COLUMNS + column.ordinal()];
    }

    @Test
    void shouldRememberAnHourAndNoMore() throws Exception {
        assertThat(past.after(0)).isEmpty();
        for (int i = 0; i < Past.LOOKS + 3; i++) {
            if (i < 5) {
                fixture.connect(i, i, 0);
            }
            past.look();
        }
        long[] all = past.after(0);
        assertThat(all).hasSize(Past.LOOKS * COLUMNS);
        assertThat(at(all, 0, Past.Column.CONNECTIONS)).isEqualTo(4);
        assertThat(at(all, Past.LOOKS - 1, Past.Column.CONNECTIONS)).isEqualTo(5);
        assertThat(all.length * Long.BYTES).isLessThan(1024 * 1024 / 4);
        assertThat(at(all, 0, Past.Column.MEM)).isPositive();
        long last = at(all, Past.LOOKS - 1, Past.Column.TIME);
        assertThat(past.after(last)).isEmpty();
        assertThat(past.after(last - 1).length).isPositive().isLessThanOrEqualTo(all.length);
    }

    @Test
    void shouldTellLatenciesOfTheTimeSinceTheLookBefore() throws Exception {
        var recorder = server.latencies().recorder(Stage.READ_TO_SENT);
        recorder.record(Stage.READ_TO_SENT, 5_000_000);
        past.look();
        recorder.record(Stage.READ_TO_SENT, 1_000);
        recorder.record(Stage.READ_TO_SENT, 1_000);
        past.look();
        past.look();
        long[] all = past.after(0);
        assertThat(at(all, 0, Past.Column.P50)).isBetween(4_900_000L, 5_100_000L);
        assertThat(at(all, 1, Past.Column.P999)).isBetween(990L, 1_010L);
        assertThat(at(all, 1, Past.Column.MEASURED)).isEqualTo(2);
        assertThat(at(all, 2, Past.Column.MEASURED)).isZero();
    }

    @Test
    void shouldFindWhatIsSearchedForAndCountIt() throws Exception {
        fixture.connect(1, 30, 1);
        Paths paths = new Paths(server, "", ServerLog.discarding());
        assertThat(get(paths, "/connz", "search=127.0&limit=5")).contains("\"total\":30,");
        assertThat(get(paths, "/connz", "search=17"))
                .contains("\"num_connections\":1,\"total\":1,", "\"cid\":17,");
        assertThat(get(paths, "/connz", "search=nobody")).contains("\"total\":0,");
        assertThat(get(paths, "/busyz", "search=g")).contains("\"total\":1,", "\"acc\":\"$G\"");
        paths.onTick();
        assertThat(get(paths, "/historyz", ""))
                .contains("\"every_ms\":5000,\"can_close\":false,\"time\":[")
                .contains("\"connections\":[30],");
        assertThat(get(paths, "/jvmz", "")).contains("\"heap_used\":", "\"collectors\":[{");
        server.isSilent = true;
        paths.onTick();
        server.isSilent = false;
        assertThat(get(paths, "/historyz", "since=1")).contains("\"connections\":[30],");
    }

    private static String get(Paths paths, String path, String query) throws Exception {
        byte[] body = paths.answer(path, Query.parse(query)).body();
        return new String(body, StandardCharsets.UTF_8).replaceAll("\\s", "");
    }
}
