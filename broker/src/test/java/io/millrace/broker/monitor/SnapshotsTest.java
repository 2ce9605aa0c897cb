package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.Moment;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.view.ClientSnapshot;
import io.millrace.broker.routing.view.RouteSnapshot;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** No command visits more than a few, however many there are. */
class SnapshotsTest {
    private static final int CLIENTS = 10_000;
    private static final long MAX = Long.MAX_VALUE;

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final FakeServer server = new FakeServer(fixture.router);
    private final Snapshots snapshots = new Snapshots(server);
    private final List<String> logged = new ArrayList<>();
    private final ServerLog log =
            ServerLog.to((level, text) -> logged.add(level + " " + text), false, false);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldReadTenThousandClientsInSmallPortions() throws Exception {
        fixture.connect(1, CLIENTS, 1);
        List<ClientSnapshot> all = new ArrayList<>();
        snapshots.eachOpen("", Moment.now(), all::add);
        assertThat(all)
                .hasSize(CLIENTS)
                .isSortedAccordingTo((a, b) -> Long.compare(a.cid(), b.cid()));
        assertThat(server.commands).isGreaterThanOrEqualTo(CLIENTS / Snapshots.CLIENTS);
        server.commands = 0;
        List<String> subjects = new ArrayList<>();
        snapshots.eachSubscription("", each -> subjects.add(each.subject()));
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
        List<ClientSnapshot> closed = new ArrayList<>();
        snapshots.eachClosed(closed::add);
        assertThat(closed).hasSize(1_000);
        assertThat(closed.getFirst().cid()).isEqualTo(501);
        assertThat(closed.getLast().cid()).isEqualTo(1_500);
        assertThat(server.commands).isGreaterThanOrEqualTo(1_000 / Snapshots.CLIENTS);
    }

    @Test
    void shouldLookForTheLargestDebtorsInSmallPortions() throws Exception {
        fixture.connect(1, CLIENTS, 0);
        List<Peer> peers = fixture.router.peers();
        for (int i = 0; i < 300; i++) {
            peers.get(37 * i % CLIENTS).debtor().charge(Debt.INTEREST, 1_000 + i);
        }
        Paths paths = new Paths(server, "", log);
        server.commands = 0;
        List<Integer> cids = cids(text(paths, "/slowz", ""));
        assertThat(server.commands).isGreaterThanOrEqualTo(CLIENTS / Snapshots.DEBTORS);
        assertThat(cids).hasSize(256).startsWith(37 * 299 % CLIENTS + 1, 37 * 298 % CLIENTS + 1);
        assertThat(cids(text(paths, "/slowz", "debtors=2"))).isEqualTo(cids.subList(0, 2));
        assertThat(cids(text(paths, "/slowz", "debtors=" + MAX))).isEqualTo(cids);
        assertThat(cids(text(paths, "/slowz", "debtors=-1"))).isEqualTo(cids);
        assertThat(text(paths, "/slowz", "debtors=x")).startsWith("Error decoding int for");
    }

    /** An account knows how many clients it has. */
    @Test
    void shouldNotWalkAlongClientsToCountThoseOfAnAccount() throws Exception {
        fixture.connect(1, CLIENTS, 0);
        fixture.account("A");
        for (int i = 0; i < 3; i++) {
            fixture.connected(
                    CLIENTS + 1 + i, "A", new RouterFixture.CountingPeer(), fixture.queue());
        }
        Paths paths = new Paths(server, "", log);
        server.commands = 0;
        assertThat(text(paths, "/accountz", "acc=A")).contains("\"client_connections\": 3,");
        assertThat(text(paths, "/accstatz", "")).contains("\"acc\": \"A\"", "\"conns\": 3,");
        assertThat(server.commands).isEqualTo(4);
    }

    @Test
    void shouldReadManyRoutesInSmallPortions() throws Exception {
        fixture.connectRoutes(1, 1_000, 1);
        List<RouteSnapshot> routes = snapshots.routes(Moment.now());
        assertThat(routes)
                .hasSize(1_000)
                .isSortedAccordingTo((a, b) -> Long.compare(a.rid(), b.rid()));
        assertThat(server.commands).isGreaterThanOrEqualTo(1_000 / Snapshots.ROUTES);
        String routez = text(new Paths(server, "", log), "/routez", "subs=1");
        assertThat(routez)
                .contains("\"num_routes\": 1000,", "\"remote_name\": \"server-1000\",")
                .contains("\"r.1.0\"", "\"r.1000.0\"");
    }

    @Test
    void shouldReadAHundredThousandSubscriptionsOfOneRouteInSmallPortions() throws Exception {
        fixture.connectRoutes(1, 1, 100_000);
        List<RouteSnapshot> routes = snapshots.routes(Moment.now());
        server.commands = 0;
        assertThat(snapshots.told(ids(routes)).get(1L)).hasSize(100_000);
        assertThat(server.commands).isGreaterThanOrEqualTo(100_000 / Snapshots.STEPS);
    }

    private static List<Long> ids(List<RouteSnapshot> routes) {
        return routes.stream().map(RouteSnapshot::rid).toList();
    }

    @Test
    void shouldReadAHundredThousandSubscriptionsOfOneLeafNodeInSmallPortions() throws Exception {
        fixture.connectLeaf(1, 100_000);
        String leafz = text(new Paths(server, "", log), "/leafz", "subs=1");
        assertThat(leafz).contains("\"subscriptions\": 100000,", "\"l.1.0\"", "\"l.1.99999\"");
        assertThat(server.commands).isGreaterThanOrEqualTo(100_000 / Snapshots.STEPS);
        server.commands = 0;
        assertThat(text(new Paths(server, "", log), "/leafz", ""))
                .contains("\"subscriptions\": 100000\n")
                .doesNotContain("l.1.0");
        assertThat(server.commands).isLessThanOrEqualTo(2);
    }

    @Test
    void shouldRefuseToListMoreSubscriptionsOfLeafNodesThanItHasRoomFor() throws Exception {
        fixture.connectLeaf(1, 100_000);
        fixture.connectLeaf(2, 100_000);
        assertThat(text(new Paths(server, "", log), "/leafz", "subs=1"))
                .isEqualTo("more than 16777216 bytes to collect; ask without subs");
    }

    @Test
    void shouldShowSubjectsOfLeafNodesAsTheyAre() throws Exception {
        fixture.connectLeaf(1, 0);
        Leaf leaf = fixture.router.leafs().list().getFirst();
        fixture.tell(leaf, "grüße");
        assertThat(text(new Paths(server, "", log), "/leafz", "subs=1")).contains("\"grüße\"");
    }

    @Test
    void shouldCountSubscriptionsOfOneGatewayInSmallPortions() throws Exception {
        fixture.connectGateway(1, 200_000);
        assertThat(told(ShownSubscriptions.NONE, ""))
                .extracting(each -> each.known.account(), each -> each.subscriptions)
                .containsExactly(tuple("$G", 200_000));
        assertThat(server.commands).isGreaterThanOrEqualTo(200_000 / Snapshots.STEPS);
        server.commands = 0;
        assertThat(told(ShownSubscriptions.SUBJECTS, "$F")).isEmpty();
        assertThat(told(ShownSubscriptions.SUBJECTS, "$H")).isEmpty();
        assertThat(server.commands).isEqualTo(4);
        assertThatThrownBy(() -> told(ShownSubscriptions.SUBJECTS, "$G"))
                .hasMessageStartingWith("more than 16777216 bytes to collect; ask for less");
    }

    private Collection<ToldAccount> told(ShownSubscriptions shown, String account)
            throws Exception {
        GatewayzOptions options = new GatewayzOptions("", true, account, shown);
        return ToldAccount.on(1, options, snapshots, new Collected("ask for less"));
    }

    @Test
    void shouldRefuseToListMoreSubscriptionsOfRoutesThanItHasRoomFor() throws Exception {
        fixture.connectRoutes(1, 3, 100_000);
        assertThat(text(new Paths(server, "", log), "/routez", "subs=detail"))
                .isEqualTo("more than 16777216 bytes to collect; ask without subs");
    }

    @Test
    void shouldBoundAPageOfConnections() throws Exception {
        fixture.connect(1, CLIENTS, 1);
        Paths paths = new Paths(server, "", log);
        String page = text(paths, "/connz", "limit=3&offset=9998&subs=1");
        assertThat(page)
                .contains("\"num_connections\": 2,", "\"total\": 10000,", "\"s.9999.0\"")
                .contains("\"cid\": 10000,");
        assertThat(text(paths, "/connz", "offset=9223372036854775807&limit=9223372036854775807"))
                .contains("\"num_connections\": 0,", "\"connections\": []");
        assertThat(text(paths, "/connz", "offset=-1&limit=-1")).contains("\"limit\": 1024,");
        assertThat(text(paths, "/subsz", "subs=1&limit=9223372036854775807&offset=9999"))
                .contains("\"total\": 10000,", "\"s.10000.0\"")
                .doesNotContain("s.9999.0");
    }

    @Test
    void shouldSortByWhatIsAsked() throws Exception {
        fixture.connect(1, 1, 1);
        fixture.connect(2, 2, 3);
        fixture.connect(3, 3, 2);
        Paths paths = new Paths(server, "", log);
        assertThat(cids(text(paths, "/connz", "sort=subs"))).containsExactly(2, 3, 1);
        assertThat(cids(text(paths, "/connz", "sort=start"))).containsExactly(1, 2, 3);
        assertThat(cids(text(paths, "/connz", "sort=uptime"))).hasSize(3);
        assertThat(cids(text(paths, "/connz", "sort=last"))).containsExactly(3, 2, 1);
        assertThat(cids(text(paths, "/connz", "sort=idle"))).containsExactly(1, 2, 3);
        for (String sort :
                List.of(
                        "cid",
                        "pending",
                        "msgs_to",
                        "msgs_from",
                        "bytes_to",
                        "bytes_from",
                        "rtt")) {
            assertThat(cids(text(paths, "/connz", "sort=" + sort)))
                    .as(sort)
                    .containsExactly(1, 2, 3);
        }
        assertThat(text(paths, "/connz", "sort=stop"))
                .isEqualTo("sort by stop only valid on closed connections");
        assertThat(text(paths, "/connz", "sort=reason&state=any"))
                .isEqualTo("sort by reason only valid on closed connections");
        assertThat(text(paths, "/connz", "sort=bad")).isEqualTo("invalid sorting option: bad");
    }

    @Test
    void shouldFilterBySubjectOfAnAccount() throws Exception {
        fixture.connect(1, 3, 2);
        Paths paths = new Paths(server, "", log);
        assertThat(cids(text(paths, "/connz", "acc=$G&filter_subject=s.*.1")))
                .containsExactly(1, 2, 3);
        assertThat(cids(text(paths, "/connz", "acc=$G&filter_subject=s.2.>"))).containsExactly(2);
        assertThat(text(paths, "/connz", "filter_subject=a"))
                .isEqualTo("filter by subject only valid with account filtering");
    }

    @Test
    void shouldBeUnhealthyWhenItDoesNotListen() throws Exception {
        server.listening = false;
        Reply reply = new Paths(server, "", log).answer("/healthz", Query.parse(""));
        assertThat(reply.status()).isEqualTo(500);
        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"status\":\"error\",\"error\":\"failed to be ready for connections after"
                                + " 1ms: server\"}");
        assertThat(logged)
                .containsExactly(
                        "WARN Healthcheck failed: \"failed to be ready for connections after 1ms:"
                                + " server\"");
    }

    @Test
    void shouldLogFailedHealthChecksAsTheReference() throws Exception {
        Paths paths = new Paths(server, "", log);
        text(paths, "/healthz", "");
        text(paths, "/healthz", "details=1");
        text(paths, "/healthz", "details=x");
        assertThat(logged).isEmpty();
        text(paths, "/healthz", "stream=s");
        text(paths, "/healthz", "account=a&consumer=c");
        text(paths, "/healthz", "stream=s&details=1");
        text(paths, "/healthz", "js-enabled=1");
        assertThat(logged)
                .containsExactly(
                        "WARN Healthcheck failed: \"\\\"account\\\" must not be empty when"
                                + " checking stream health\"",
                        "WARN Healthcheck failed: \"\\\"stream\\\" must not be empty when"
                                + " checking consumer health\"",
                        "WARN Healthcheck failed: 1 errors",
                        "WARN Healthcheck: js-enabled deprecated, use js-enabled-only instead");
    }

    @Test
    void shouldKeepNoMoreConnectionsThanThePageNeeds() throws Exception {
        fixture.connect(1, CLIENTS, 0);
        Page page = new Page(1, 2);
        Ranked ranked = new Ranked(Comparator.comparing(ClientSnapshot::cid).reversed(), page);
        snapshots.eachOpen("", Moment.now(), ranked::add);
        assertThat(ranked.page()).extracting(ClientSnapshot::cid).containsExactly(9_999L, 9_998L);
        Ranked all = new Ranked(Comparator.comparing(ClientSnapshot::cid), new Page(0, MAX));
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 10; i++) {
                                snapshots.eachOpen("", Moment.now(), all::add);
                            }
                        })
                .isInstanceOf(BadQueryException.class)
                .hasMessage(
                        "more than 16777216 bytes to collect; ask for less, with limit and offset");
    }

    @Test
    void shouldBoundWhatItListsByBytesHoweverLongSubjectsAre() throws Exception {
        fixture.connect(1, 1, 5_000, "x".repeat(4_000));
        Paths paths = new Paths(server, "", log);
        for (String path : List.of("/subsz", "/connz")) {
            assertThat(text(paths, path, "subs=1&limit=" + MAX))
                    .isEqualTo(
                            "more than 16777216 bytes to collect; ask for less, with limit and"
                                    + " offset");
        }
        assertThat(text(paths, "/subsz", "subs=1&limit=10")).contains("\"total\": 5000,");
    }

    private static List<Integer> cids(String json) {
        return Pattern.compile("\"cid\": (\\d+)")
                .matcher(json)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .toList();
    }

    private static String text(Paths paths, String path, String query) throws Exception {
        return new String(paths.answer(path, Query.parse(query)).body(), StandardCharsets.UTF_8);
    }
}
