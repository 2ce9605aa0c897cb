package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.GraphJudge.Arrival;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.account.VerdictRoom;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Medium;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouterLimits;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.RouteParser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A real router, and what the members of the graph and the other servers are to it. */
final class GraphServer implements AutoCloseable {
    private static final int MEMORY_BYTES = 256 * 1024;
    private static final int MAX_PAYLOAD = 1024 * 1024;
    private static final LogOptions TRACES = new OptionsBuilder().conclude(1).log();
    private static final Pattern ASKER =
            Pattern.compile("Nats-Request-Info: \\{.*?\"acc\":\"([^\"]*)\"");
    private static final Pattern CLAIM = Pattern.compile("(?i)\nnats-request-info *:");

    /** A client that is connected. */
    private record Connected(Client client, OutboundQueue queue, CommandParser parser) {}

    /** A way to another server. */
    private record Link(Route route, OutboundQueue queue, RouteParser parser) {}

    private final int number;
    private final RouterFixture fixture;
    private final Router router;
    private final NativeBlock memory;
    private final Map<GraphMember, Connected> members = new LinkedHashMap<>();
    private final Map<Integer, Link> links = new TreeMap<>();

    /** Clients that have to go, and haven't yet. */
    private final List<Client> leaving = new ArrayList<>();

    GraphServer(int number, long seed, int cachedSubjects, NativeBlock memory) {
        this(
                number,
                cachedSubjects,
                memory,
                RouterFixture.clustered(ServerLog.discarding(), seed, 1, Set.of(), Set.of()));
    }

    GraphServer(int number, int cachedSubjects, NativeBlock memory, RouterFixture fixture) {
        this.number = number;
        this.memory = memory;
        this.fixture = fixture;
        router = fixture.router;
        if (cachedSubjects > 0) {
            router.onCache(new SubjectCache(cachedSubjects));
        }
    }

    static NativeBlock memory() {
        return NativeBlock.allocate(MEMORY_BYTES);
    }

    RouterFixture fixture() {
        return fixture;
    }

    // --- the cluster

    void join(int other) {
        OutboundQueue queue = fixture.queue();
        Route route =
                new Route(1000L + other, "127.0.0.1", 1, new RouterFixture.CountingPeer(), queue);
        links.put(other, new Link(route, queue, new RouteParser(4096, MAX_PAYLOAD)));
        router.routes().onOpen(route);
        router.routes().onJoined(route, "server" + other, true, RouteShare.ofAll());
    }

    /** What is on its way to another server. */
    String takeFor(int other) {
        Link link = links.get(other);
        return link == null ? "" : new String(OutboundBytes.take(link.queue), ISO_8859_1);
    }

    /** Another server has said something. */
    void hear(int other, String said) {
        Link link = links.get(other);
        RouterFixture.say(router, link.route, link.parser, said, memory);
        settle();
    }

    // --- accounts

    /** A reload: whose account is gone is to go. */
    void reload(List<AccountPlan> plans) {
        router.onAccounts(plans);
        Set<String> names = plans.stream().map(AccountPlan::name).collect(Collectors.toSet());
        router.onReload(
                new RouterLimits(-1, 0, 0, 1 << 26, 2, false, 1000),
                fixture.info(),
                TRACES,
                new Users(names));
        for (GraphMember member : List.copyOf(members.keySet())) {
            Client client = members.get(member).client;
            assertThat(client.peer.isClosing()).isEqualTo(!names.contains(member.account));
            if (client.peer.isClosing()) {
                members.remove(member);
                leaving.add(client);
            }
        }
        settle();
    }

    /** A reload that has nothing new: nobody's subscriptions are touched. */
    void reloadTheSame(List<AccountPlan> plans) {
        long before = router.counters.inserts + router.counters.removes;
        reload(plans);
        assertThat(router.counters.inserts + router.counters.removes).isEqualTo(before);
    }

    /** Requests that wait for their answers. */
    int awaitedAnswers() {
        return router.awaitedAnswers();
    }

    /** Lets everybody in whose account is there. */
    private record Users(Set<String> accounts) implements Reassessment {
        @Override
        public Optional<Identity> of(
                Credentials said, Optional<TlsSession> tls, Medium medium, Identity before) {
            return Optional.of(before).filter(this::knows);
        }

        @Override
        public boolean knows(Identity before) {
            return accounts.contains(before.account());
        }
    }

    /** Those who have to go are gone. */
    void clear() {
        leaving.forEach(each -> router.clients().onClosed(each, CloseReason.CLIENT_CLOSED));
        leaving.clear();
        settle();
    }

    // --- clients

    void connect(GraphMember member) {
        OutboundQueue queue = fixture.queue();
        Client client =
                new Client(
                        member.id,
                        "127.0.0.1",
                        1,
                        router.globalAccount(),
                        "",
                        new RouterFixture.CountingPeer(),
                        queue);
        router.clients().onOpen(client);
        ConnectOptions how =
                new ConnectOptions(
                        false,
                        false,
                        member.echo,
                        member.headers,
                        member.noResponders,
                        false,
                        1,
                        "",
                        "",
                        "",
                        "",
                        false,
                        Credentials.NONE);
        boolean mayAll = member.mayNotPublish.isEmpty() && member.mayNotSubscribe.isEmpty();
        Permissions permissions =
                mayAll
                        ? null
                        : new Permissions(
                                new PermissionOptions(
                                        new SubjectRules(null, member.mayNotPublish),
                                        new SubjectRules(null, member.mayNotSubscribe),
                                        null),
                                VerdictRoom.ofConfiguration());
        router.admission()
                .onConnect(
                        client,
                        how,
                        new Identity(Identity.Kind.USER, "u", member.account, permissions));
        CommandParser parser = new CommandParser(4096, MAX_PAYLOAD);
        parser.headers(true);
        members.put(member, new Connected(client, queue, parser));
        settle();
    }

    void say(GraphMember member, String commands) {
        Connected who = members.get(member);
        RouterFixture.say(router, who.client, who.parser, commands, memory);
        settle();
    }

    void leave(GraphMember member) {
        router.clients().onClosed(members.remove(member).client, CloseReason.CLIENT_CLOSED);
        settle();
    }

    private void settle() {
        router.flush(0);
    }

    // --- what has arrived

    /** Takes what has arrived at all clients. */
    void take(List<Arrival> arrived) {
        members.forEach(
                (member, who) ->
                        take(
                                member,
                                new String(OutboundBytes.take(who.queue), ISO_8859_1),
                                arrived));
    }

    private static void take(GraphMember member, String text, List<Arrival> arrived) {
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf("\r\n", at);
            String[] words = text.substring(at, end).split(" ");
            at = end + 2;
            boolean headers = words[0].equals("HMSG");
            if (headers || words[0].equals("MSG")) {
                int sizes = headers ? 2 : 1;
                boolean replies = words.length == 4 + sizes;
                int size = Integer.parseInt(words[words.length - 1]);
                int headerSize = headers ? Integer.parseInt(words[words.length - 2]) : 0;
                String header = text.substring(at, at + headerSize);
                String payload = text.substring(at + headerSize, at + size);
                arrived.add(
                        new Arrival(
                                member,
                                Integer.parseInt(words[2]),
                                words[1],
                                replies ? words[3] : "",
                                header.startsWith("NATS/1.0 503") ? "503" : payload,
                                asker(header)));
                at += size + 2;
            } else if (!text.startsWith("INFO ", end - words[0].length())
                    && !words[0].equals("INFO")
                    && !words[0].equals("-ERR")) {
                throw new AssertionError(member + " was told " + String.join(" ", words));
            }
        }
    }

    /** The account of who asks, as the server says; what clients say themselves doesn't stay. */
    private static String asker(String header) {
        Matcher asker = ASKER.matcher(header);
        if (!asker.find()) {
            return "";
        }
        return CLAIM.matcher(header).results().count() == 1 ? asker.group(1) : "anybody";
    }

    // --- the end

    /** All go, and nothing of anybody may be left. */
    void end() {
        clear();
        for (GraphMember member : List.copyOf(members.keySet())) {
            leave(member);
        }
        while (router.workOff()) {
            // all of it
        }
        links.values()
                .forEach(each -> router.routes().onClosed(each.route, CloseReason.CLIENT_CLOSED));
        while (router.workOff()) {
            // all of it
        }
        List<Account> accounts = List.copyOf(router.accounts());
        for (Account account : accounts) {
            assertThat(account.subscriptions()).as("%s of %s", account.name, number).isZero();
        }
        assertThat(router.subscriptionCount()).isZero();
        assertThat(router.awaitedAnswers()).as("answers that are awaited").isZero();
        router.onAccounts(List.of());
        router.expire(System.nanoTime() + Duration.ofMinutes(1).toNanos());
        for (Account account : accounts) {
            assertThat(account.index.size()).as(account.name).isZero();
            assertThat(account.announced.isEmpty()).as(account.name).isTrue();
        }
        for (Debt debt : List.of(Debt.INTEREST, Debt.INDEX, Debt.REQUESTS, Debt.CONNECTIONS)) {
            assertThat(router.ledger().bytes(debt)).as("%s", debt).isZero();
        }
    }

    @Override
    public void close() {
        fixture.close();
    }
}
