package io.millrace.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Medium;
import io.millrace.broker.routing.peer.Route;
import io.millrace.broker.routing.peer.RouterLimits;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.RouteParser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** How accounts are made, emptied and removed, and that nothing of one is ever another's. */
class AccountLifeTest {
    private static final LogOptions TRACES = new OptionsBuilder().conclude(1).log();

    private final RouterFixture fixture =
            RouterFixture.clustered(ServerLog.discarding(), 1, 1, Set.of(), Set.of("A", "B"));
    private final Router router = fixture.router;
    private final NativeBlock memory = NativeBlock.allocate(64 * 1024);
    private long lastCid;

    @BeforeEach
    void cache() {
        router.onCache(new SubjectCache(4096));
    }

    @AfterEach
    void close() {
        fixture.close();
        memory.close();
    }

    private Client in(String account) {
        return fixture.connected(
                ++lastCid, account, new RouterFixture.CountingPeer(), fixture.queue());
    }

    private void say(Client client, String commands) {
        RouterFixture.say(router, client, new CommandParser(4096, 1024), commands, memory);
    }

    private void say(Route route, String commands) {
        RouterFixture.say(router, route, new RouteParser(4096, 1024), commands, memory);
    }

    /** A reload after which there are these accounts: who is in another has to go. */
    private void reload(Set<String> accounts) {
        router.onAccounts(RouterFixture.accounts(accounts));
        router.onReload(
                new RouterLimits(-1, 0, 0, 1 << 26, 2, false, 1000),
                fixture.info(),
                TRACES,
                new Members(accounts));
        router.flush(0);
    }

    /** Lets everybody in whose account is there. */
    private record Members(Set<String> accounts) implements Reassessment {
        @Override
        public Optional<Identity> of(
                Credentials said, Optional<TlsSession> tls, Medium medium, Identity before) {
            return Optional.of(before).filter(who -> isThere(accounts, who.account()));
        }

        @Override
        public boolean knows(Identity before) {
            return isThere(accounts, before.account());
        }
    }

    private static boolean isThere(Set<String> accounts, String name) {
        return name.equals(Account.GLOBAL) || accounts.contains(name);
    }

    private static int id(Client client) {
        return client.account().id;
    }

    private Route joined(long rid) {
        Route route = fixture.route(rid);
        router.routes().onOpen(route);
        router.routes().onJoined(route, "other", true, RouteShare.ofAll());
        return route;
    }

    private void gone(Client client) {
        router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        while (router.workOff()) {
            // all of it
        }
    }

    @Test
    void shouldEndThoseWhoseAccountIsRemovedAndNobodyElse() {
        Client staying = in("A");
        Client leaving = in("B");
        Client global = in(Account.GLOBAL);
        reload(Set.of("A"));
        assertThat(leaving.peer.isClosing()).isTrue();
        assertThat(staying.peer.isClosing()).isFalse();
        assertThat(global.peer.isClosing()).isFalse();
        assertThat(names()).containsExactlyInAnyOrder(Account.GLOBAL, "A");
    }

    @Test
    void shouldHoldWhatWasToldOfAnAccountOnceItIsThere() {
        reload(Set.of());
        Route route = joined(1000);
        long before = route.peer.debtor().bytes(Debt.Store.HEAP);
        say(route, "RS+ A a.b\r\nRS+ A c workers 3\r\nRS+ A gone\r\nRS- A gone\r\nRS+ B x\r\n");
        assertThat(RouterFixture.interest(route)).isEmpty();
        reload(Set.of("A"));
        assertThat(RouterFixture.interest(route))
                .containsOnly(Map.entry("A a.b", 1), Map.entry("A c workers", 3));
        reload(Set.of());
        assertThat(RouterFixture.interest(route)).isEmpty();
        say(route, "RS- A a.b\r\n");
        reload(Set.of("A", "B"));
        assertThat(RouterFixture.interest(route))
                .containsOnly(Map.entry("A c workers", 3), Map.entry("B x", 1));
        say(route, "RS- A c workers\r\nRS- B x\r\nRS+ C y\r\nRS- C y\r\n");
        assertThat(route.peer.debtor().bytes(Debt.Store.HEAP)).isEqualTo(before);
    }

    @Test
    void shouldFindWhatWasToldOfOneAmongVeryManyAccounts() {
        reload(Set.of());
        Route route = joined(1000);
        say(route, "RS+ A x\r\n");
        for (int i = 0; i < 2_000; i++) {
            say(route, "RS+ NOPE" + i + " y\r\n");
        }
        reload(Set.of("A", "NOPE7"));
        assertThat(RouterFixture.interest(route))
                .containsOnly(Map.entry("A x", 1), Map.entry("NOPE7 y", 1));
    }

    @Test
    void shouldNotKeepWithoutBoundWhatIsToldOfUnknownAccounts() {
        Route route = joined(1000);
        long before = route.peer.debtor().bytes(Debt.Store.HEAP);
        for (int i = 0; i < 20_000; i++) {
            say(route, "RS+ NOPE" + i + " some.subject." + i + "\r\n");
        }
        assertThat(route.peer.debtor().bytes(Debt.Store.HEAP) - before)
                .isBetween(900_000L, 1_100_000L);
        router.routes().onClosed(route, CloseReason.CLIENT_CLOSED);
        assertThat(route.peer.debtor().bytes(Debt.Store.HEAP)).isLessThanOrEqualTo(before);
    }

    private List<String> names() {
        return router.accounts().stream().map(Account::name).toList();
    }

    /** The rules changed between the proof and the routing thread. */
    @Test
    void shouldLetNobodyIntoAnAccountThatWasRemovedMeanwhile() {
        reload(Set.of("A"));
        Client late = in("B");
        assertThat(late.peer.isClosing()).isTrue();
        assertThat(names()).doesNotContain("B");
    }

    @Test
    void shouldGiveANumberToAnotherOnlyWhenAllHaveGone() {
        Client leaving = in("B");
        int number = id(leaving);
        say(leaving, "SUB b.* 1\r\n");
        reload(Set.of("A"));
        reload(Set.of("A", "C"));
        Client another = in("C");
        assertThat(id(another)).isNotEqualTo(number);
        gone(leaving);
        reload(Set.of("A", "C", "D"));
        assertThat(id(in("D"))).isEqualTo(number);
    }

    /** The same subject, the same number, another account: nothing that was cached is served. */
    @Test
    void shouldServeNothingOfTheAccountThatHadTheNumberBefore() {
        Client before = in("B");
        say(before, "SUB x.* 1\r\nSUB > 2\r\nPUB x.y 0\r\n\r\n");
        int number = id(before);
        reload(Set.of("A"));
        gone(before);
        reload(Set.of("A", "C"));
        OutboundQueue queue = fixture.queue();
        Client after = fixture.connected(++lastCid, "C", new RouterFixture.CountingPeer(), queue);
        assertThat(id(after)).isEqualTo(number);
        // As many changes as there were before.
        say(after, "SUB x.* 1\r\nSUB x.q.* 2\r\n");
        long pending = queue.pendingBytes();
        say(after, "PUB x.y 0\r\n\r\n");
        assertThat(queue.pendingBytes()).isEqualTo(pending + "MSG x.y 1 0\r\n\r\n".length());
    }

    @Test
    void shouldTakeBackWhatOthersWereToldAtOnce() {
        Client leaving = in("B");
        say(leaving, "SUB x 1\r\nSUB y q 2\r\n");
        Route route = joined(100);
        long pending = route.peer().outbound.pendingBytes();
        reload(Set.of("A"));
        long taken = "RS- B x\r\nRS- B y q\r\n".length();
        assertThat(route.peer().outbound.pendingBytes()).isEqualTo(pending + taken);
        // One of its name, before they are gone: what they had is taken back no second time.
        reload(Set.of("A", "B"));
        say(in("B"), "SUB x 1\r\n");
        long told = "RS+ B x\r\n".length();
        gone(leaving);
        assertThat(route.peer().outbound.pendingBytes()).isEqualTo(pending + taken + told);
    }

    @Test
    void shouldForgetWhatOthersToldUntilTheAccountIsBack() {
        Route route = joined(100);
        say(route, "RS+ B x\r\nRS+ B y q 3\r\nRS+ A z\r\n");
        reload(Set.of("A"));
        assertThat(RouterFixture.interest(route)).containsOnlyKeys("A z");
        say(route, "RS+ B x\r\n");
        assertThat(RouterFixture.interest(route)).as("not known").containsOnlyKeys("A z");
        reload(Set.of("A", "B"));
        assertThat(RouterFixture.interest(route)).containsOnlyKeys("A z", "B x", "B y q");
        say(route, "RS- B y q\r\n");
        assertThat(RouterFixture.interest(route)).containsOnlyKeys("A z", "B x");
        Client client = in("B");
        long pending = route.peer().outbound.pendingBytes();
        say(client, "PUB x 0\r\n\r\n");
        assertThat(route.peer().outbound.pendingBytes())
                .isEqualTo(pending + "RMSG B x 0\r\n\r\n".length());
    }

    /** Accounts come and go, with clients that take their time: numbers stay few, debts none. */
    @Test
    void shouldKeepNumbersFewAndDebtsNone() {
        Random random = new Random(7);
        Route route = joined(100);
        Map<Client, String> there = new HashMap<>();
        List<Client> leaving = new ArrayList<>();
        int largest = 0;
        for (int step = 0; step < 300; step++) {
            Set<String> accounts = new HashSet<>();
            for (char name = 'A'; name < 'G'; name++) {
                if (random.nextBoolean()) {
                    accounts.add("" + name);
                }
            }
            reload(accounts);
            for (Client client : List.copyOf(there.keySet())) {
                boolean stays = accounts.contains(there.get(client));
                assertThat(client.peer.isClosing()).isEqualTo(!stays);
                if (!stays) {
                    there.remove(client);
                    leaving.add(client);
                }
            }
            for (String account : accounts) {
                Client client = in(account);
                there.put(client, account);
                largest = Math.max(largest, id(client));
                say(client, "SUB a.* 1\r\nSUB b q 2\r\nSUB * 3\r\nPUB a.b 0\r\n\r\n");
                say(route, "RS+ " + account + " a.b\r\n");
            }
            while (leaving.size() > random.nextInt(20)) {
                gone(leaving.removeLast());
            }
        }
        assertThat(largest).isLessThan(6 + 20);
        reload(Set.of());
        leaving.addAll(there.keySet());
        leaving.forEach(this::gone);
        assertThat(router.subscriptionCount()).isZero();
        // Others' interest is kept, should the accounts come back.
        router.routes().onClosed(route, CloseReason.CLIENT_CLOSED);
        assertThat(router.ledger().bytes(Debt.INTEREST)).isZero();
        assertThat(router.ledger().bytes(Debt.INDEX)).isZero();
    }
}
