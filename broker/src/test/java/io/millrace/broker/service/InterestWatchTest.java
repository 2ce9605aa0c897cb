package io.millrace.broker.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Gateways;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.ServicePeer;
import io.millrace.broker.routing.ServiceTerms;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Gateway;
import io.millrace.broker.routing.peer.GatewayFacts;
import io.millrace.broker.routing.peer.GatewayWatcher;
import io.millrace.broker.routing.peer.Route;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.GatewayParser;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.RouteParser;
import io.millrace.protocol.Subject;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Watches of interest, with the router and the service on one thread. */
class InterestWatchTest {
    private static final String[] TOKENS = {"a", "b", "_INBOX", "c"};
    private static final String[] ACCOUNTS = {"$G", "B"};

    private final List<String> lines = new ArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), false, false);
    private final RouterFixture fixture = RouterFixture.spreading(log, 1, 64 * 1024 * 1024, true);
    private final NativeBlock memory = NativeBlock.allocate(1 << 20);
    private final ServicePeer peer =
            new ServicePeer(
                    "s",
                    -1,
                    new RouterFixture.CountingPeer(),
                    fixture.chunks(),
                    ServiceTerms.MODEST);
    private final Told told = new Told();
    private Port port;

    /** By watch, what it was told last. */
    private static final class Told implements Service {
        final Map<Integer, Boolean> last = new HashMap<>();
        final Set<Integer> open = new HashSet<>();
        final List<String> all = new ArrayList<>();

        @Override
        public String name() {
            return "s";
        }

        @Override
        public void start(ServicePort way) {}

        @Override
        public void onMessage(ServiceMessage message) {}

        @Override
        public void onInterest(int watch, boolean interested) {
            assertThat(open.contains(watch)).isTrue();
            assertThat(last.put(watch, interested)).isNotEqualTo(interested);
            all.add(watch + (interested ? "+" : "-"));
        }

        @Override
        public long onPoll(long nowNs) {
            return nowNs;
        }
    }

    @BeforeEach
    void open() {
        fixture.router.services().onOpen(peer);
        fixture.account("B");
        port = new Port(peer, () -> {});
    }

    @AfterEach
    void close() {
        work();
        fixture.router.services().onClosed(peer);
        settle();
        assertThat(fixture.router.hasWork()).isFalse();
        assertThat(fixture.router.ledger().bytes(Debt.INTEREST)).isZero();
        assertThat(fixture.router.ledger().bytes(Debt.INDEX)).isZero();
        assertThat(lines).noneMatch(line -> line.contains("failed"));
        memory.close();
        fixture.close();
    }

    private void settle() {
        while (fixture.router.workOff()) {
            fixture.router.flush(0);
        }
        fixture.router.flush(0);
    }

    private void work() {
        port.flush();
        settle();
        hear(Integer.MAX_VALUE);
    }

    private void hear(int most) {
        for (int i = 0; i < most && port.next(); i++) {
            port.hear(told);
        }
        port.taken();
    }

    private int watch(String account, String subject) {
        int watch = port.watch(account, subject);
        assertThat(told.open.add(watch)).isTrue();
        return watch;
    }

    private void unwatch(int watch) {
        port.unwatch(watch);
        told.open.remove(watch);
        told.last.remove(watch);
    }

    private Client client(long cid, String account) {
        return fixture.connected(cid, account, new RouterFixture.CountingPeer(), fixture.queue());
    }

    private void say(Client client, String commands) {
        ProtocolParser parser = new CommandParser(4096, 1 << 20);
        RouterFixture.say(fixture.router, client, parser, commands, memory);
        fixture.router.flush(0);
    }

    private void say(Route route, String commands) {
        RouterFixture.say(fixture.router, route, new RouteParser(4096, 1 << 20), commands, memory);
        fixture.router.flush(0);
    }

    private Route route(long rid) {
        Route route =
                new Route(rid, "127.0.0.1", 1, new RouterFixture.CountingPeer(), fixture.queue());
        fixture.router.routes().onOpen(route);
        fixture.router.routes().onJoined(route, "other" + rid, true, RouteShare.ofAll());
        return route;
    }

    @Test
    void shouldTellHowItIsAndWhatChanges() {
        Client client = client(5, "$G");
        int watch = watch("$G", "a.b");
        work();
        assertThat(told.all).containsExactly(watch + "-");
        say(client, "SUB a.b 1\r\nSUB a.* q 2\r\n");
        work();
        say(client, "UNSUB 1\r\n");
        work();
        say(client, "UNSUB 2\r\nSUB a.b.c 3\r\nSUB x 4\r\n");
        work();
        say(client, "SUB a.b 1 \r\nUNSUB 1\r\n");
        work();
        assertThat(told.all).containsExactly(watch + "-", watch + "+", watch + "-");
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
    }

    /** Nobody has worked anything off in between. */
    @Test
    void shouldTellOfWhoLeavesNoLaterThanOfWhatComesBehind() {
        Client client = client(5, "$G");
        say(client, "SUB a 1\r\n");
        port.subscribe("$G", "in");
        int watch = watch("$G", "a");
        work();
        say(client, "UNSUB 1\r\nPUB in 0\r\n\r\n");
        hear(2);
        assertThat(told.all).containsExactly(watch + "+", watch + "-");
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
    }

    /** What isn't heard for long takes no more room for that. */
    @Test
    void shouldLetNoMoreThanOneNoticeWait() {
        Client client = client(5, "$G");
        watch("$G", "a");
        port.flush();
        settle();
        for (int i = 0; i < 1_000; i++) {
            say(client, i % 2 == 0 ? "SUB a 1\r\n" : "UNSUB 1\r\n");
            settle();
        }
        assertThat(peer.messages().pendingBytes()).isLessThan(100);
        say(client, "SUB a 1\r\n");
        settle();
        hear(Integer.MAX_VALUE);
        assertThat(told.all).containsExactly("0+");
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
    }

    @Test
    void shouldNotTellANewWatchOfAnOldOne() {
        Client client = client(5, "$G");
        say(client, "SUB a 1\r\n");
        int old = watch("$G", "a");
        port.flush();
        settle();
        // Its first notice waits.
        unwatch(old);
        int other = watch("$G", "b");
        assertThat(other).isNotEqualTo(old);
        work();
        assertThat(told.all).containsExactly(other + "-");
        assertThat(watch("$G", "c")).as("heard of its end").isEqualTo(old);
        work();
        assertThat(told.all).containsExactly(other + "-", old + "-");
        assertThatThrownBy(() -> port.unwatch(7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> port.watch("$G", "a b"))
                .isInstanceOf(IllegalArgumentException.class);
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
    }

    /** Its own subscriptions don't count, nor those in every account; other services' do. */
    @Test
    void shouldNotTakeAServiceForItsListener() {
        ServicePeer other =
                new ServicePeer(
                        "o",
                        -2,
                        new RouterFixture.CountingPeer(),
                        fixture.chunks(),
                        ServiceTerms.MODEST);
        fixture.router.services().onOpen(other);
        Port others = new Port(other, () -> {});
        Client client = client(5, "$G");
        port.subscribe("$G", "a");
        others.subscribe(ServicePort.EVERY_ACCOUNT, "a");
        others.flush();
        int watch = watch("$G", "a");
        work();
        assertThat(told.all).containsExactly(watch + "-");
        int sid = others.subscribe("$G", "*");
        others.flush();
        work();
        others.unsubscribe(sid);
        others.flush();
        work();
        assertThat(told.all).containsExactly(watch + "-", watch + "+", watch + "-");
        fixture.router.services().onClosed(other);
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
    }

    /** A server of another cluster that tells what it doesn't want. */
    @Test
    void shouldBelieveWhatAnotherClusterDoesNotWant() {
        Gateway gateway =
                new Gateway(
                        9, "127.0.0.1", 1, true, new RouterFixture.CountingPeer(), fixture.queue());
        Gateways gateways = fixture.router.gateways();
        gateways.watch(
                new GatewayWatcher() {
                    @Override
                    public GatewayFacts factsOf(Gateway which) {
                        return new GatewayFacts("far", "S3", true, true, null);
                    }
                });
        watch("$G", "a.b");
        work();
        gateways.onOpen(gateway);
        gateways.onOutbound(gateway, "far", true, false);
        work();
        for (String said : List.of("RS- $G a.b", "RS+ $G a.*", "A- $G", "A+ $G", "RS- $G a.b")) {
            ProtocolParser parser = new GatewayParser(4096, 1 << 20);
            RouterFixture.say(fixture.router, gateway, parser, said + "\r\n", memory);
            work();
        }
        assertThat(told.all).containsExactly("0-", "0+", "0-", "0+", "0-", "0+", "0-");
        gateways.onClosed(gateway, CloseReason.CLIENT_CLOSED);
    }

    // --- the oracle

    private final class World {
        final Random random;
        final Map<Client, Map<String, String>> clients = new HashMap<>();
        final Map<Route, List<String>> routes = new HashMap<>();
        final Map<Integer, String> watches = new HashMap<>();
        boolean hasB = true;
        long lastId = 10;
        int lastSid;

        World(long seed) {
            random = new Random(seed);
        }

        String subject(boolean wild) {
            int tokens = 1 + random.nextInt(4);
            StringBuilder subject = new StringBuilder();
            for (int i = 0; i < tokens; i++) {
                subject.append(i == 0 ? "" : ".");
                int kind = wild ? random.nextInt(8) : 7;
                if (kind == 0 && i == tokens - 1) {
                    subject.append('>');
                } else {
                    subject.append(kind < 2 ? "*" : TOKENS[random.nextInt(TOKENS.length)]);
                }
            }
            return subject.toString();
        }

        <T> T any(Iterable<T> all, int count) {
            int left = random.nextInt(count);
            for (T each : all) {
                if (left-- == 0) {
                    return each;
                }
            }
            throw new AssertionError();
        }

        String account() {
            return ACCOUNTS[hasB ? random.nextInt(2) : 0];
        }

        void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> subscribe();
                case 3, 4 -> unsubscribe();
                case 5 -> disconnect();
                case 6 -> tell();
                case 7 -> untell();
                case 8, 9 -> watches.putIfAbsent(-1, "");
                case 10 -> {
                    if (watches.size() > 30) {
                        int gone = any(watches.keySet(), watches.size());
                        watches.remove(gone);
                        unwatch(gone);
                    }
                }
                default -> reload();
            }
            if (watches.remove(-1) != null && watches.size() < 60) {
                String account = ACCOUNTS[random.nextInt(2)];
                String subject = subject(false);
                watches.put(watch(account, subject), account + ' ' + subject);
            }
        }

        void subscribe() {
            Client client;
            if (clients.size() < 4) {
                client = client(++lastId, account());
                clients.put(client, new HashMap<>());
            } else {
                client = any(clients.keySet(), clients.size());
            }
            String sid = "" + ++lastSid;
            String subject = subject(true);
            say(client, "SUB " + subject + (random.nextInt(3) == 0 ? " q " : " ") + sid + "\r\n");
            clients.get(client).put(sid, client.account().name + ' ' + subject);
        }

        void unsubscribe() {
            for (Map.Entry<Client, Map<String, String>> each : clients.entrySet()) {
                if (!each.getValue().isEmpty() && random.nextInt(2) == 0) {
                    String sid = any(each.getValue().keySet(), each.getValue().size());
                    each.getValue().remove(sid);
                    say(each.getKey(), "UNSUB " + sid + "\r\n");
                }
            }
        }

        void disconnect() {
            if (!clients.isEmpty()) {
                Client gone = any(clients.keySet(), clients.size());
                clients.remove(gone);
                fixture.router.clients().onClosed(gone, CloseReason.CLIENT_CLOSED);
            }
        }

        void tell() {
            if (routes.size() < 2) {
                routes.put(route(++lastId), new ArrayList<>());
            }
            Route route = any(routes.keySet(), routes.size());
            String key = account() + ' ' + subject(true);
            if (!routes.get(route).contains(key)) {
                routes.get(route).add(key);
                say(route, "RS+ " + key + (key.hashCode() % 3 == 0 ? " q 2" : "") + "\r\n");
            }
        }

        void untell() {
            if (routes.isEmpty()) {
                return;
            }
            Route route = any(routes.keySet(), routes.size());
            List<String> told = routes.get(route);
            if (random.nextInt(5) == 0) {
                routes.remove(route);
                fixture.router.routes().onClosed(route, CloseReason.CLIENT_CLOSED);
            } else if (!told.isEmpty()) {
                String key = told.remove(random.nextInt(told.size()));
                say(route, "RS- " + key + (key.hashCode() % 3 == 0 ? " q" : "") + "\r\n");
            }
        }

        void reload() {
            if (random.nextInt(4) > 0) {
                return;
            }
            hasB = !hasB;
            fixture.router.onAccounts(RouterFixture.accounts(hasB ? Set.of("B") : Set.of()));
            clients.keySet()
                    .removeIf(
                            each -> {
                                boolean gone = each.account().name.equals("B");
                                if (gone) {
                                    fixture.router
                                            .clients()
                                            .onClosed(each, CloseReason.CLIENT_CLOSED);
                                }
                                return gone;
                            });
        }

        boolean isHeard(String watched) {
            // What servers of the cluster have told stands until the account is back.
            if (watched.startsWith("B ") && !hasB) {
                return false;
            }
            return clients.values().stream()
                            .flatMap(each -> each.values().stream())
                            .anyMatch(each -> matches(each, watched))
                    || routes.values().stream()
                            .flatMap(List::stream)
                            .anyMatch(each -> matches(each, watched));
        }

        void compare(String when) {
            watches.forEach(
                    (watch, watched) ->
                            assertThat(told.last.get(watch))
                                    .as("%s: %s", when, watched)
                                    .isEqualTo(isHeard(watched)));
        }

        void leave() {
            clients.keySet()
                    .forEach(
                            each ->
                                    fixture.router
                                            .clients()
                                            .onClosed(each, CloseReason.CLIENT_CLOSED));
            routes.keySet()
                    .forEach(
                            each ->
                                    fixture.router
                                            .routes()
                                            .onClosed(each, CloseReason.CLIENT_CLOSED));
        }
    }

    private static boolean matches(String wanted, String watched) {
        String account = wanted.substring(0, wanted.indexOf(' ') + 1);
        return watched.startsWith(account)
                && Subject.overlap(
                                wanted.substring(account.length()),
                                watched.substring(account.length()))
                        != null;
    }

    @RepeatedTest(2)
    void shouldAgreeWithTheNaiveOneWhateverComesAndGoes(RepetitionInfo repetition) {
        long seed = Long.getLong("millrace.seed", repetition.getCurrentRepetition());
        World world = new World(seed);
        for (int i = 0; i < 4_000; i++) {
            world.step();
            switch (world.random.nextInt(4)) {
                case 0 -> port.flush();
                case 1 -> fixture.router.workOff();
                case 2 -> hear(world.random.nextInt(5));
                default -> {
                    // nothing meanwhile
                }
            }
            if (world.random.nextInt(20) == 0) {
                work();
                world.compare("seed " + seed + ", step " + i);
            }
        }
        world.leave();
        work();
        assertThat(told.last.values()).doesNotContain(true);
        assertThat(told.all).hasSizeGreaterThan(500);
    }

    /** Ten thousand of a kind go with one wildcard, a little at a time. */
    @Test
    void shouldNotLookAtAllAtOnce() {
        Client client = client(5, "$G");
        say(client, "SUB _INBOX.x.* 1\r\nSUB _INBOX.y.z 2\r\n");
        for (int i = 0; i < 10_000; i++) {
            watch("$G", "_INBOX.x." + i);
        }
        int other = watch("$G", "_INBOX.y.z");
        work();
        assertThat(told.last.values()).containsOnly(true);
        int before = told.all.size();
        say(client, "UNSUB 1\r\n");
        fixture.router.workOff();
        say(client, "UNSUB 2\r\n");
        int rounds = 0;
        while (told.last.get(other)) {
            fixture.router.workOff();
            fixture.router.flush(0);
            hear(Integer.MAX_VALUE);
            rounds++;
        }
        assertThat(rounds).as("a literal overtakes a wildcard").isLessThan(3);
        work();
        assertThat(told.last.values()).containsOnly(false);
        assertThat(told.all).hasSize(before + 10_001);
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        byte[] text = "_INBOX.x.1".getBytes(StandardCharsets.US_ASCII);
        memory.region().put(0, text);
        told.open.add(10_001);
        assertThat(port.watch(port.account("$G"), memory.region(), 0, text.length))
                .isEqualTo(10_001);
    }
}
