package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.GraphJudge.Arrival;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.account.VerdictRoom;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayFacts;
import io.millrace.broker.routing.peer.GatewayWatcher;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafTerms;
import io.millrace.broker.routing.peer.Remote;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.GatewayParser;
import io.millrace.protocol.LeafParser;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.NodeHash;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.RouteParser;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A router with links to other servers: what it says over one, having heard something else. */
class BeyondTheClusterTest {
    private static final String NONE = "";

    /** Longer than anything that is sent before. */
    private static final String LONG_INBOX = "inbox." + "x".repeat(600);

    private static final SubjectRules ALL = new SubjectRules(null, List.of());

    private final NativeBlock memory = GraphServer.memory();
    private final RouterFixture fixture =
            RouterFixture.clustered(ServerLog.discarding(), 1, 1, Set.of(), Set.of("A"));
    private final GraphServer clients = new GraphServer(0, 0, memory, fixture);

    /** The end of a link. */
    private record End(Sender sender, OutboundQueue queue, ProtocolParser parser) {}

    @AfterEach
    void close() {
        clients.close();
        memory.close();
    }

    @Test
    void shouldSendALeafNodeOnlyOnceWhatIsHandedOnForAQueueGroup() {
        End route = route();
        End leaf = leaf("C1", "$G", false, null);
        hear(leaf, "LS+ b\r\n");
        said(route);

        hear(route, "RMSG $G b | _second_hand_ q 2\r\nhi\r\n");
        assertThat(said(leaf)).isEmpty();
        hear(route, "RMSG $G b | q 2\r\nhi\r\n");
        assertThat(said(leaf)).isEqualTo("LMSG b 2\r\nhi\r\n");
    }

    @Test
    void shouldNotSendBackToALeafNodesClusterWhatComesRightBehindAnothers() {
        End route = route();
        End leaf = leaf("C1", "$G", false, null);
        hear(leaf, "LS+ b\r\n");

        String headers = "NATS/1.0\r\nA: b\r\n\r\n";
        hear(
                route,
                "LMSG C2 $G b 18 20\r\n%1$shi\r\nLMSG C1 $G b 18 20\r\n%1$sno\r\n"
                                .formatted(headers)
                        + "LMSG C2 $G b 18 20\r\n%1$sho\r\nHMSG $G b 18 20\r\n%1$sha\r\n"
                                .formatted(headers));
        assertThat(said(leaf)).contains("hi", "ho", "ha").doesNotContain("no");
    }

    /** A consumer of another server delivers: see {@link AckReplies}. */
    @Test
    void shouldTellClientsTheSubjectThatStandsBehindTheReply() {
        End route = route();
        End leaf = leaf("C1", "$G", false, null);
        hear(leaf, "LS+ in\r\n");
        GraphMember client = connect();
        clients.say(client, "SUB in 1\r\n");
        said(leaf);
        String ack = "$JS.ACK.S@x.C.1.2.3.4.5";

        hear(route, "RMSG $G in " + ack + "@s.y 2\r\nhi\r\n");
        List<GraphJudge.Arrival> arrived = new ArrayList<>();
        clients.take(arrived);
        assertThat(said(leaf)).isEqualTo("LMSG in " + ack + "@s.y 2\r\nhi\r\n");
        hear(route, "RMSG $G in a@s.y 2\r\nhi\r\n");
        clients.take(arrived);
        assertThat(arrived)
                .containsExactly(
                        new GraphJudge.Arrival(client, 1, "s.y", ack, "hi", ""),
                        new GraphJudge.Arrival(client, 1, "in", "a@s.y", "hi", ""));
    }

    @Test
    void shouldHaveAnswersComeStraightThoughOthersOfTheClusterTellOfTheInterest() {
        fixture.router.gateways().joinSuperCluster("C0", "S0");
        End gateway = gateway(true);
        hear(gateway, "RS+ $G q\r\n");
        GraphMember asker = connect();

        clients.say(asker, "SUB inbox 1\r\nPUB q inbox 2\r\nhi\r\n");
        assertThat(said(gateway)).matches("RMSG \\$G q _GR_\\.\\w{6}\\.\\w{6}\\.inbox 2\r\nhi\r\n");
    }

    @Test
    void shouldGiveWhatAnotherClusterSendsToAnAccountThatIsThereAgain() {
        End gateway = gateway(false);
        hear(gateway, "RMSG A b 2\r\nhi\r\n");
        fixture.router.onAccounts(RouterFixture.plans());
        fixture.router.onAccounts(RouterFixture.accounts(Set.of("A")));
        End leaf = leaf("C1", "A", false, null);
        hear(leaf, "LS+ b\r\n");

        hear(gateway, "RMSG A b 2\r\nho\r\n");
        assertThat(said(leaf)).isEqualTo("LMSG b 2\r\nho\r\n");
    }

    @Test
    void shouldNotSendItsHubTheAnswerThatAnotherServerOfTheClusterSendsThere() {
        End route = route();
        End hub = leaf("C9", "$G", true, null);
        hear(hub, "LS+ >\r\n");

        hear(route, "RMSG $G _R_.abcdefghij.0123 2\r\nhi\r\n");
        assertThat(said(hub)).isEmpty();
    }

    @Test
    void shouldImportForALeafNodeWhatIsSharedLater() {
        End leaf = leaf("C1", "A", false, null);
        hear(leaf, "LS+ x.>\r\n");
        GraphMember member = connect();
        clients.say(member, "PUB a.b 2\r\nno\r\n");
        share(new StreamImport("$G", "a.>", "x.a.>", false));
        clients.say(member, "PUB a.b 2\r\nhi\r\n");
        share();
        clients.say(member, "PUB a.b 2\r\nno\r\n");
        assertThat(said(leaf)).isEqualTo("LMSG x.a.b 2\r\nhi\r\n");
    }

    @Test
    void shouldSayThatNobodyListensWhereTheOnlyLeafNodeMayNotHaveIt() {
        PermissionOptions rules =
                new PermissionOptions(new SubjectRules(null, List.of("q")), ALL, null);
        Permissions permissions = new Permissions(rules, VerdictRoom.ofConfiguration());
        hear(leaf("C1", "$G", false, permissions), "LS+ >\r\n");
        GraphMember asker = connect();

        clients.say(asker, "SUB inbox 1\r\nPUB q inbox 2\r\nhi\r\n");
        List<Arrival> arrived = new ArrayList<>();
        clients.take(arrived);
        assertThat(arrived).extracting(Arrival::payload).containsExactly("503");
    }

    @Test
    void shouldDenyALeafNodeBehindTheBeginningOfAnAnswerWhatItIsDenied() {
        fixture.router.gateways().joinSuperCluster("C0", "S0");
        PermissionOptions rules =
                new PermissionOptions(new SubjectRules(null, List.of("secret.>")), ALL, null);
        Permissions permissions = new Permissions(rules, VerdictRoom.ofConfiguration());
        End leaf = leaf("C1", "$G", false, permissions, null);
        End route = route();
        hear(route, "RS+ $G secret.>\r\nRS+ $G open.>\r\n");

        hear(leaf, "LMSG " + answer("C0", "S0", "open.b") + " 2\r\nhi\r\n");
        hear(leaf, "LMSG " + answer("C0", "S0", "secret.b") + " 2\r\nno\r\n");
        assertThat(said(route)).contains("open.b", "hi").doesNotContain("secret", "no");
    }

    @Test
    void shouldSendAnAnswerThatAsksForAnotherWithBothItsSubjects() {
        String theirs = answer("far", "S3", "theirs");
        assertThat(saidByOneWhoAnswersAndAsks(theirs, "theirs"))
                .isEqualTo(
                        "RMSG $G %s %s 2\r\nho\r\n"
                                .formatted(theirs, answer("C0", "S0", LONG_INBOX)));
    }

    @Test
    void shouldSendOnAnAnswerThatIsForThisServerUnderItsOwnSubject() {
        assertThat(saidByOneWhoAnswersAndAsks(answer("C0", "S0", "ours"), "ours"))
                .isEqualTo("RMSG $G ours " + answer("C0", "S0", LONG_INBOX) + " 2\r\nho\r\n");
    }

    /**
     * What another cluster gets of an answer to a request from there, which is to be answered, too.
     *
     * @param reply of the request
     * @param seen that as the client sees it that answers
     */
    private String saidByOneWhoAnswersAndAsks(String reply, String seen) {
        fixture.router.gateways().joinSuperCluster("C0", "S0");
        End outbound = gateway(true);
        hear(outbound, "RS+ $G " + seen + "\r\n");
        GraphMember member = connect();
        clients.say(member, "SUB svc 1\r\nSUB " + LONG_INBOX + " 2\r\n");
        hear(gateway(false), "RMSG $G svc " + reply + " 2\r\nhi\r\n");
        clients.say(member, "PUB " + seen + " " + LONG_INBOX + " 2\r\nho\r\n");
        return said(outbound);
    }

    @Test
    void shouldRememberNoMoreNamesOfAccountsThanThereIsRoomFor() {
        End gateway = gateway(true, false);
        Gateway far = (Gateway) gateway.sender;
        long before = far.peer.debtor.bytes(Debt.Store.HEAP);
        String padding = "x".repeat(1_000);
        for (int i = 0; i < 10_000; i++) {
            fixture.router.gateways().onInterestOnly(far, padding + i, false);
            fixture.router.gateways().onInterestOnly(far, padding + i, true);
        }
        int most = 1024 * 1024;
        assertThat(far.peer.debtor.bytes(Debt.Store.HEAP) - before).isBetween(most / 2L, 1L * most);
        assertThat(fixture.router.gateways().interestOf(far, "")).hasSizeBetween(100, 1_000);
    }

    @Test
    void shouldLetAPeerTellAllOfHoweverManyAccountsThereAre() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 7_000; i++) {
            names.add("account" + i);
        }
        fixture.router.onAccounts(RouterFixture.accounts(names));
        End gateway = gateway(true, false);
        Gateways gateways = fixture.router.gateways();
        for (String each : names) {
            gateways.onInterestOnly((Gateway) gateway.sender, each, false);
            gateways.onInterestOnly((Gateway) gateway.sender, each, true);
        }
        assertThat(gateways.interestOf((Gateway) gateway.sender, "")).hasSize(7_000);
    }

    @Test
    void shouldTellALeafNodeAnewWithTheSameMarkWhenOtherPermissionsHold() {
        End leaf = leaf("C1", "A", false, null);
        hear(route(), "RS+ A b\r\n");
        said(leaf);
        fixture.router.leafs().onJoined((Leaf) leaf.sender, terms("C1", "A", false, null, null));
        String again = said(leaf);
        assertThat(again).contains("LS+ $LDS.", "LS+ b\r\n");

        int at = again.indexOf("$LDS.");
        String mark = again.substring(at, again.indexOf("\r\n", at));
        fixture.router.leafs().onJoined((Leaf) leaf.sender, terms("C1", "A", false, null, null));
        assertThat(said(leaf)).contains("LS+ " + mark + "\r\n").doesNotContain("LS-");
    }

    @Test
    void shouldSayNamesInUtf8() {
        String name = "Δοκιμή";
        String wire = new String(name.getBytes(UTF_8), ISO_8859_1);
        fixture.router.onAccounts(RouterFixture.accounts(Set.of("A", name)));
        End route = route();
        End leaf = leaf("C" + name, name, false, null);
        hear(leaf, "LS+ b\r\n");
        assertThat(said(route)).isEqualTo("LS+ C" + wire + " " + wire + " b\r\n");

        hear(route, "RS+ " + wire + " c\r\nLS+ X" + wire + " " + wire + " d\r\n");
        assertThat(said(leaf)).isEqualTo("LS+ c\r\nLS+ d\r\n");
        hear(route, "LS+ C" + wire + " " + wire + " e\r\nLS- X" + wire + " " + wire + " d\r\n");
        assertThat(said(leaf)).isEqualTo("LS- d\r\n");
    }

    // --- what there is

    /** The subject of an answer that goes straight to a server. */
    private static String answer(String cluster, String server, String subject) {
        return "_GR_."
                + NodeHash.ofGateway(cluster)
                + "."
                + NodeHash.ofGateway(server)
                + "."
                + subject;
    }

    private GraphMember connect() {
        GraphMember member = new GraphMember(1, 0, "$G", true, true, true, List.of(), List.of());
        clients.connect(member);
        return member;
    }

    private void share(StreamImport... imports) {
        AccountOptions none = AccountOptions.named("A");
        List<StreamExport> exports = List.of(new StreamExport("a.>", Access.PUBLIC));
        AccountOptions exporter = options("$G", exports, List.of());
        AccountOptions importer = options(none.name(), List.of(), List.of(imports));
        fixture.router.onAccounts(RouterFixture.plans(exporter, importer));
        while (fixture.router.workOff()) {
            // all of it
        }
        fixture.router.flush(0);
    }

    private static AccountOptions options(
            String name, List<StreamExport> exports, List<StreamImport> imports) {
        return new AccountOptions(
                name,
                "",
                exports,
                List.of(),
                imports,
                List.of(),
                List.of(),
                AccountOptions.named(name).limits(),
                null);
    }

    private End route() {
        OutboundQueue queue = fixture.queue();
        Route route = new Route(101, "127.0.0.1", 1, new RouterFixture.CountingPeer(), queue);
        ClusterRoutes routes = fixture.router.routes();
        routes.onOpen(route);
        routes.onOrigins(route);
        routes.onJoined(route, "other", true, RouteShare.ofAll());
        return begun(new End(route, queue, new RouteParser(4096, 1024)));
    }

    /** The connection of a leaf node, or to the hub. */
    private End leaf(String cluster, String account, boolean hub, @Nullable Permissions ours) {
        return leaf(cluster, account, hub, null, ours);
    }

    private static LeafTerms terms(
            String cluster,
            String account,
            boolean hub,
            @Nullable Permissions theirs,
            @Nullable Permissions ours) {
        return new LeafTerms(account, "far", cluster, hub, true, false, theirs, ours);
    }

    private End leaf(
            String cluster,
            String account,
            boolean hub,
            @Nullable Permissions theirs,
            @Nullable Permissions ours) {
        OutboundQueue queue = fixture.queue();
        Leaf leaf =
                new Leaf(
                        102,
                        Remote.socket("127.0.0.1", 1),
                        new RouterFixture.CountingPeer(),
                        queue);
        LeafNodes leaves = fixture.router.leafs();
        leaves.onOpen(leaf, NONE);
        leaves.onJoined(leaf, terms(cluster, account, hub, theirs, ours));
        return begun(new End(leaf, queue, new LeafParser(4096, 1024)));
    }

    private End gateway(boolean outbound) {
        return gateway(outbound, true);
    }

    private End gateway(boolean outbound, boolean interestOnly) {
        OutboundQueue queue = fixture.queue();
        RouterFixture.CountingPeer far = new RouterFixture.CountingPeer();
        Gateway gateway = new Gateway(103, "127.0.0.1", 1, outbound, far, queue);
        Gateways gateways = fixture.router.gateways();
        gateways.watch(
                new GatewayWatcher() {
                    @Override
                    public GatewayFacts factsOf(Gateway which) {
                        return new GatewayFacts("far", "S3", true, true, null);
                    }
                });
        gateways.onOpen(gateway);
        if (outbound) {
            gateways.onOutbound(gateway, "far", true, interestOnly);
        } else {
            gateways.onInbound(gateway, "far");
        }
        return begun(new End(gateway, queue, new GatewayParser(4096, 1024)));
    }

    /** Leaves aside what it says to begin with. */
    private End begun(End end) {
        said(end);
        return end;
    }

    private void hear(End end, String text) {
        RouterFixture.say(fixture.router, end.sender, end.parser, text, memory);
        fixture.router.flush(0);
    }

    private String said(End end) {
        fixture.router.flush(0);
        return new String(OutboundBytes.take(end.queue), ISO_8859_1);
    }
}
