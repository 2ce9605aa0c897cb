package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Client;
import io.millrace.broker.routing.ClientSnapshot;
import io.millrace.broker.routing.Moment;
import io.millrace.broker.routing.RouteSnapshot;
import io.millrace.broker.routing.RouterFixture;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** No command visits more than a few, however many there are. */
class SnapshotsTest {
    private static final int CLIENTS = 10_000;

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final FakeServer server = new FakeServer(fixture.router);
    private final Snapshots snapshots = new Snapshots(server);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldReadTenThousandClientsInSmallPortions() throws Exception {
        fixture.connect(1, CLIENTS, 1);
        List<ClientSnapshot> all = snapshots.open(Moment.now());
        assertThat(all)
                .hasSize(CLIENTS)
                .isSortedAccordingTo((a, b) -> Long.compare(a.cid(), b.cid()));
        assertThat(server.commands).isGreaterThanOrEqualTo(CLIENTS / Snapshots.CLIENTS);
        server.commands = 0;
        List<String> subjects = new ArrayList<>();
        snapshots.eachSubscription(each -> subjects.add(each.subject()));
        assertThat(subjects).hasSize(CLIENTS).contains("s.1.0", "s.10000.0");
        assertThat(server.commands).isGreaterThanOrEqualTo(2 * CLIENTS / Snapshots.STEPS);
    }

    @Test
    void shouldReadManySubscriptionsOfOneClientInSmallPortions() throws Exception {
        fixture.connect(1, 1, 50_000);
        assertThat(snapshots.subscriptions(new long[] {1, 2}).get(1L)).hasSize(50_000);
        assertThat(server.commands).isGreaterThanOrEqualTo(50_000 / Snapshots.STEPS);
    }

    @Test
    void shouldReadClosedClientsInSmallPortions() throws Exception {
        for (long cid = 1; cid <= 1_500; cid++) {
            Client client = fixture.client(cid, new RouterFixture.CountingPeer());
            fixture.router.clients().onOpen(client);
            fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
            fixture.router.flush(0);
        }
        List<ClientSnapshot> closed = snapshots.closed();
        assertThat(closed).hasSize(1_000);
        assertThat(closed.getFirst().cid()).isEqualTo(501);
        assertThat(closed.getLast().cid()).isEqualTo(1_500);
        assertThat(server.commands).isGreaterThanOrEqualTo(1_000 / Snapshots.CLIENTS);
    }

    @Test
    void shouldReadManyRoutesInSmallPortions() throws Exception {
        fixture.connectRoutes(1, 1_000, 1);
        List<RouteSnapshot> routes = snapshots.routes(Moment.now());
        assertThat(routes)
                .hasSize(1_000)
                .isSortedAccordingTo((a, b) -> Long.compare(a.rid(), b.rid()));
        assertThat(server.commands).isGreaterThanOrEqualTo(1_000 / Snapshots.ROUTES);
        String routez = text(new Routes(server, ""), "/routez", "subs=1");
        assertThat(routez)
                .contains("\"num_routes\": 1000,", "\"remote_name\": \"server-1000\",")
                .contains("\"r.1.0\"", "\"r.1000.0\"");
    }

    @Test
    void shouldReadAHundredThousandSubscriptionsOfOneRouteInSmallPortions() throws Exception {
        fixture.connectRoutes(1, 1, 100_000);
        List<RouteSnapshot> routes = snapshots.routes(Moment.now());
        server.commands = 0;
        assertThat(snapshots.told(routes).get(1L)).hasSize(100_000);
        assertThat(server.commands).isGreaterThanOrEqualTo(100_000 / Snapshots.STEPS);
    }

    @Test
    void shouldRefuseToListMoreSubscriptionsOfRoutesThanItHasRoomFor() throws Exception {
        fixture.connectRoutes(1, 3, 100_000);
        assertThat(text(new Routes(server, ""), "/routez", "subs=detail"))
                .isEqualTo("more than 262144 subscriptions; ask without subs");
    }

    @Test
    void shouldBoundAPageOfConnections() throws Exception {
        fixture.connect(1, CLIENTS, 1);
        Routes routes = new Routes(server, "");
        String page = text(routes, "/connz", "limit=3&offset=9998&subs=1");
        assertThat(page)
                .contains("\"num_connections\": 2,", "\"total\": 10000,", "\"s.9999.0\"")
                .contains("\"cid\": 10000,");
        assertThat(text(routes, "/connz", "offset=9223372036854775807&limit=9223372036854775807"))
                .contains("\"num_connections\": 0,", "\"connections\": []");
        assertThat(text(routes, "/connz", "offset=-1&limit=-1")).contains("\"limit\": 1024,");
        assertThat(text(routes, "/subsz", "subs=1&limit=9223372036854775807&offset=9999"))
                .contains("\"total\": 10000,", "\"s.10000.0\"")
                .doesNotContain("s.9999.0");
    }

    @Test
    void shouldSortByWhatIsAsked() throws Exception {
        fixture.connect(1, 1, 1);
        fixture.connect(2, 2, 3);
        fixture.connect(3, 3, 2);
        Routes routes = new Routes(server, "");
        assertThat(cids(text(routes, "/connz", "sort=subs"))).containsExactly(2, 3, 1);
        assertThat(cids(text(routes, "/connz", "sort=start"))).containsExactly(1, 2, 3);
        assertThat(cids(text(routes, "/connz", "sort=uptime"))).hasSize(3);
        assertThat(cids(text(routes, "/connz", "sort=last"))).containsExactly(3, 2, 1);
        assertThat(cids(text(routes, "/connz", "sort=idle"))).containsExactly(1, 2, 3);
        for (String sort :
                List.of(
                        "cid",
                        "pending",
                        "msgs_to",
                        "msgs_from",
                        "bytes_to",
                        "bytes_from",
                        "rtt")) {
            assertThat(cids(text(routes, "/connz", "sort=" + sort)))
                    .as(sort)
                    .containsExactly(1, 2, 3);
        }
        assertThat(text(routes, "/connz", "sort=stop"))
                .isEqualTo("sort by stop only valid on closed connections");
        assertThat(text(routes, "/connz", "sort=reason&state=any"))
                .isEqualTo("sort by reason only valid on closed connections");
        assertThat(text(routes, "/connz", "sort=bad")).isEqualTo("invalid sorting option: bad");
    }

    @Test
    void shouldFilterBySubjectOfAnAccount() throws Exception {
        fixture.connect(1, 3, 2);
        Routes routes = new Routes(server, "");
        assertThat(cids(text(routes, "/connz", "acc=$G&filter_subject=s.*.1")))
                .containsExactly(1, 2, 3);
        assertThat(cids(text(routes, "/connz", "acc=$G&filter_subject=s.2.>"))).containsExactly(2);
        assertThat(text(routes, "/connz", "filter_subject=a"))
                .isEqualTo("filter by subject only valid with account filtering");
    }

    @Test
    void shouldBeUnhealthyWhenItDoesNotListen() throws Exception {
        server.listening = false;
        Reply reply = new Routes(server, "").answer("/healthz", Query.parse(""));
        assertThat(reply.status()).isEqualTo(500);
        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"status\":\"error\",\"error\":\"failed to be ready for connections after"
                                + " 1ms: server\"}");
    }

    private static List<Integer> cids(String json) {
        return Pattern.compile("\"cid\": (\\d+)")
                .matcher(json)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    private static String text(Routes routes, String path, String query) throws Exception {
        return new String(routes.answer(path, Query.parse(query)).body(), StandardCharsets.UTF_8);
    }
}
