package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Client;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** However many accounts there are, the busiest alone are told of one by one. */
class AccountMetricsTest {
    private static final int ACCOUNTS = 10_000;

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final FakeServer server = new FakeServer(fixture.router);
    private final Paths paths = new Paths(server, "", ServerLog.discarding());
    private long cid;

    @AfterEach
    void close() {
        fixture.close();
    }

    private String get(String path, String query) throws Exception {
        byte[] body = paths.answer(path, Query.parse(query)).body();
        return new String(body, StandardCharsets.UTF_8);
    }

    private List<String> metrics(String number) throws Exception {
        return get("/metrics", "")
                .lines()
                .filter(line -> line.startsWith("millrace_account_" + number + "{"))
                .map(line -> line.replaceFirst("\\{server_id=\"N\",", "{"))
                .toList();
    }

    private void accounts(String... names) {
        fixture.router.onAccounts(RouterFixture.accounts(Set.of(names)));
    }

    /** A client of an account that publishes so many messages of two bytes. */
    private Client publisher(String account, int messages) {
        Client client =
                fixture.connected(
                        ++cid, account, new RouterFixture.CountingPeer(), fixture.queue());
        client.account().traffic.in(messages, 2L * messages);
        return client;
    }

    private void manyAccounts() {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            all.add("T" + i);
        }
        fixture.router.onAccounts(RouterFixture.accounts(all));
        for (int i = 0; i < ACCOUNTS; i++) {
            publisher("T" + i, i);
        }
    }

    @Test
    void shouldGiveSeriesOfTheirOwnToTheBusiestAndOneToAllOthers() throws Exception {
        manyAccounts();
        int busy = AccountMetrics.MOST;
        long sum = (long) (ACCOUNTS - busy) * (ACCOUNTS - busy - 1) / 2;
        assertThat(metrics("in_msgs_total"))
                .hasSize(busy + 1)
                .startsWith(
                        "millrace_account_in_msgs_total{account=\"T9999\"} 9999",
                        "millrace_account_in_msgs_total{account=\"T9998\"} 9998")
                .endsWith("millrace_account_in_msgs_total{others=\"true\"} " + sum);
        assertThat(metrics("connections"))
                .hasSize(busy + 1)
                .endsWith("millrace_account_connections{others=\"true\"} " + (ACCOUNTS - busy));
        assertThat(metrics("in_bytes_total"))
                .endsWith("millrace_account_in_bytes_total{others=\"true\"} " + 2 * sum);
        assertThat(get("/metrics", "").lines())
                .contains("millrace_accounts{server_id=\"N\"} " + (ACCOUNTS + 1))
                .hasSizeLessThan(4_000);
    }

    @Test
    void shouldTellOfTheBusiestInTheOrderThatIsAskedFor() throws Exception {
        accounts("A", "B", "C");
        publisher("A", 3);
        publisher("B", 1);
        publisher("B", 1);
        publisher("C", 1).account().traffic.out(9, 9);
        String none =
                "\"num_subscriptions\":0,\"in_msgs\":0,\"out_msgs\":0,\"in_bytes\":0,"
                        + "\"out_bytes\":0,\"slow_consumers\":0}";
        assertThat(busiest("sort=msgs_from&limit=1"))
                .contains(
                        "\"accounts\":4,\"total\":4,\"busiest\":[{\"acc\":\"A\",\"conns\":1,"
                                + "\"num_subscriptions\":0,\"in_msgs\":3,\"out_msgs\":0,"
                                + "\"in_bytes\":6,\"out_bytes\":0,\"slow_consumers\":0}],"
                                + "\"others\":{\"accounts\":3,\"conns\":3,"
                                + "\"num_subscriptions\":0,\"in_msgs\":3,\"out_msgs\":9,"
                                + "\"in_bytes\":6,\"out_bytes\":9,\"slow_consumers\":0}}");
        assertThat(busiest("sort=conns&limit=1")).contains("\"busiest\":[{\"acc\":\"B\",");
        assertThat(busiest(""))
                .contains("\"busiest\":[{\"acc\":\"C\",")
                .contains("{\"acc\":\"$G\",\"conns\":0," + none)
                .endsWith("\"others\":{\"accounts\":0,\"conns\":0," + none + "}");
        assertThat(get("/busyz", "sort=nope")).isEqualTo("invalid sorting option: nope");
        assertThat(get("/busyz", "limit=x")).startsWith("Error decoding int for 'limit'");
        assertThat(get("/busyz", "limit=-1")).contains("\"acc\": \"C\"");
    }

    private String busiest(String query) throws Exception {
        return get("/busyz", query).replaceAll("\\s+", "");
    }

    @Test
    void shouldTellOfAccountsWhatTheExporterDoes() throws Exception {
        accounts("A");
        publisher("A", 1);
        String a = "{server_id=\"N\",account_id=\"A\",account_name=\"A\"} ";
        assertThat(get("/metrics", "").lines())
                .contains(
                        "nats_accountz_client_connections" + a + 1,
                        "nats_accountz_leafnode_connections" + a + 0,
                        "nats_accountz_complete" + a + 1,
                        "nats_accountz_jetstream_enabled" + a + 0,
                        "nats_accountz_limit_conn" + a + -1,
                        "nats_accountz_limit_wildcards" + a + 1);
    }

    @Test
    void shouldEscapeTheNamesOfAccounts() throws Exception {
        accounts("q\"b\\n\nx} 1");
        publisher("q\"b\\n\nx} 1", 1);
        assertThat(metrics("in_msgs_total"))
                .containsExactly(
                        "millrace_account_in_msgs_total{account=\"q\\\"b\\\\n\\nx} 1\"} 1",
                        "millrace_account_in_msgs_total{account=\"$G\"} 0");
    }

    @Test
    void shouldReadManyAccountsInSmallPortions() throws Exception {
        manyAccounts();
        server.commands = 0;
        get("/metrics", "");
        assertThat(server.commands)
                .isLessThan(ACCOUNTS / Snapshots.ACCOUNTS + ACCOUNTS / Snapshots.CLIENTS + 20);
        for (String path : new String[] {"/accountz", "/accstatz", "/busyz"}) {
            server.commands = 0;
            get(path, "");
            assertThat(server.commands)
                    .as(path)
                    .isBetween(ACCOUNTS / Snapshots.ACCOUNTS, ACCOUNTS / Snapshots.ACCOUNTS + 3);
        }
        for (String path : new String[] {"/accountz", "/subsz"}) {
            server.commands = 0;
            get(path, "acc=T7");
            assertThat(server.commands).as(path).isEqualTo(2);
        }
        assertThat(get("/accountz", "")).contains("\"T0\"", "\"T9999\"");
    }
}
