package io.millrace.broker.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.ThreadMXBean;

import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundBytes;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.ServicePeer;
import io.millrace.broker.routing.ServiceTerms;
import io.millrace.broker.routing.account.AccountPlan;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.cache.SubjectCache;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Leaf;
import io.millrace.broker.routing.peer.LeafTerms;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.broker.routing.peer.Remote;
import io.millrace.broker.routing.peer.Route;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.LeafParser;
import io.millrace.protocol.MapDest;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.RouteParser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** What goes into a service and comes out of it, on one thread. */
class ServiceSeamTest {
    private static final byte[] NONE = {};
    private static final int INBOX_BYTES = 64 * 1024;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), false, false);
    private final RouterFixture fixture = RouterFixture.spreading(log, 1, 64 * 1024 * 1024, true);
    private final NativeBlock memory = NativeBlock.allocate(1 << 20);
    private final Region region = memory.region();
    private final FrameBlock frames = new FrameBlock(64);
    private final List<ServicePeer> peers = new ArrayList<>();
    private final List<Port> ports = new ArrayList<>();
    private final Stallable end = new Stallable();
    private Client client;
    private Port port;

    /** A client's connection that is asked to hold back. */
    private static final class Stallable extends RouterFixture.CountingPeer {
        int stalls;
        PendingBound bound = new PendingBound(0);

        @Override
        public boolean stall(OutboundQueue slow, PendingBound newBound) {
            stalls++;
            bound = newBound;
            return true;
        }
    }

    @BeforeEach
    void open() {
        fixture.router.onCache(new SubjectCache(1024));
        client = fixture.connected(5, "$G", end, fixture.queue());
        port = service(new ServiceTerms(INBOX_BYTES, Duration.ofSeconds(1), false));
        port.subscribe("$G", "in.>");
        work();
    }

    private Port service(ServiceTerms terms) {
        ServicePeer peer =
                new ServicePeer(
                        "s",
                        -1 - peers.size(),
                        new RouterFixture.CountingPeer(),
                        fixture.chunks(),
                        terms);
        fixture.router.services().onOpen(peer);
        Port made = new Port(peer, () -> {});
        peers.add(peer);
        ports.add(made);
        return made;
    }

    @AfterEach
    void close() {
        work();
        ports.clear();
        peers.forEach(peer -> fixture.router.services().onClosed(peer));
        work();
        frames.free();
        memory.close();
        fixture.close();
    }

    private void work() {
        ports.forEach(Port::flush);
        while (fixture.router.workOff()) {
            fixture.router.flush(0);
        }
        fixture.router.flush(0);
    }

    private void say(Client from, String commands) {
        CommandParser parser = new CommandParser(4096, 1 << 20);
        parser.headers(true);
        RouterFixture.say(fixture.router, from, parser, commands, memory);
        fixture.router.flush(0);
    }

    private static String text(Region bytes, int offset, int length) {
        return new String(bytes.bytes(offset, length), ISO_8859_1);
    }

    private String heard(Client by) {
        return new String(OutboundBytes.take(by.peer.outbound), ISO_8859_1);
    }

    /** Takes all there is. */
    private List<String> subjects(Port by) {
        List<String> subjects = new ArrayList<>();
        while (by.next()) {
            subjects.add((by.message().isRefused() ? "!" : "") + by.message().subject());
        }
        by.taken();
        return subjects;
    }

    // --- in

    private void shouldStandThere(String subject, String reply, String headers, String payload) {
        ServiceMessage message = port.message();
        assertThat(port.next()).isTrue();
        Region bytes = message.bytes();
        assertThat(text(bytes, message.subjectOffset(), message.subjectLength()))
                .isEqualTo(subject)
                .isEqualTo(message.subject());
        assertThat(message.replyLength()).isEqualTo(reply.length());
        if (!reply.isEmpty()) {
            assertThat(text(bytes, message.replyOffset(), message.replyLength())).isEqualTo(reply);
        }
        assertThat(message.reply()).isEqualTo(reply);
        assertThat(text(bytes, message.headerOffset(), message.headerLength()))
                .isEqualTo(headers)
                .isEqualTo(new String(message.headers(), ISO_8859_1));
        assertThat(text(bytes, message.payloadOffset(), message.payloadLength()))
                .isEqualTo(payload)
                .isEqualTo(new String(message.payload(), ISO_8859_1));
        assertThat(message.isRefused()).isFalse();
        assertThat(message.cid()).isEqualTo(5);
        assertThat(message.isFromClient()).isTrue();
        assertThat(message.from()).isSameAs(port.account("$G"));
        assertThat(message.account()).isEqualTo("$G");
    }

    @Test
    void shouldShowWhereAMessageStands() {
        say(client, "PUB in.a 3\r\nabc\r\n");
        say(client, "PUB   in.b\t inbox.1   2 \r\nxy\r\nPUB in.c r 0\r\n\r\n");
        String headers = "NATS/1.0\r\nA: b\r\n\r\n";
        say(client, "HPUB in.d r 18 20\r\n" + headers + "xy\r\n");
        say(client, "HPUB in.e 18 18\r\n" + headers + "\r\n");
        String large = "x".repeat(30_000);
        say(client, "PUB in.f r 30000\r\n" + large + "\r\n");
        shouldStandThere("in.a", "", "", "abc");
        shouldStandThere("in.b", "inbox.1", "", "xy");
        shouldStandThere("in.c", "r", "", "");
        shouldStandThere("in.d", "r", headers, "xy");
        shouldStandThere("in.e", "", headers, "");
        shouldStandThere("in.f", "r", "", large);
        assertThat(port.next()).isFalse();
        port.taken();
        String largest = "y".repeat(300_000);
        say(client, "HPUB in.g r 18 300018\r\n" + headers + largest + "\r\n");
        shouldStandThere("in.g", "r", headers, largest);
        assertThat(port.next()).isFalse();
        port.taken();
    }

    @Test
    void shouldNotTakeAServiceForAClient() {
        Port other = service(ServiceTerms.MODEST);
        other.publish("$G", "in.a", "", NONE, NONE);
        work();
        assertThat(port.next()).isTrue();
        assertThat(port.message().isFromClient()).isFalse();
        assertThat(port.message().cid()).isNegative();
    }

    @Test
    void shouldShowAMessageUnderTheSubjectThatItIsMappedTo() {
        fixture.router.onAccounts(
                List.of(
                        AccountPlan.of(
                                account(
                                        "$G",
                                        List.of(),
                                        List.of(),
                                        List.of(
                                                new MappingOptions(
                                                        "map.*",
                                                        List.of(new MapDest("in.x.$1", 100))))))));
        say(client, "PUB map.a r 3\r\nabc\r\n");
        shouldStandThere("in.x.a", "r", "", "abc");
    }

    private static AccountOptions account(
            String name,
            List<StreamExport> exports,
            List<StreamImport> imports,
            List<MappingOptions> mappings) {
        return new AccountOptions(
                name,
                "",
                exports,
                List.of(),
                imports,
                List.of(),
                mappings,
                AccountOptions.named("").limits(),
                null);
    }

    /** As a client would. */
    @Test
    void shouldGetWhatItsAccountImports() {
        List<StreamExport> exports = List.of(new StreamExport("s.>", Access.PUBLIC));
        List<StreamImport> imports = List.of(new StreamImport("ONE", "s.*", "t.$1", false));
        AccountPlan one = AccountPlan.of(account("ONE", exports, List.of(), List.of()));
        fixture.router.onAccounts(
                List.of(one, AccountPlan.of(account("TWO", List.of(), imports, List.of()))));
        Client exporting =
                fixture.connected(30, "ONE", new RouterFixture.CountingPeer(), fixture.queue());
        int sid = port.subscribe("TWO", "t.>");
        work();
        say(exporting, "PUB s.a r 2\r\nxy\r\n");
        assertThat(port.next()).isTrue();
        ServiceMessage message = port.message();
        assertThat(message.sid()).isEqualTo(sid);
        assertThat(message.subject()).isEqualTo("t.a");
        assertThat(message.account()).isEqualTo("TWO");
        assertThat(message.payload()).asString().isEqualTo("xy");
        subjects(port);
        assertThat(subscriptions("ONE") + subscriptions("TWO")).isZero();
        say(exporting, "HPUB s.b 32 34\r\nNATS/1.0\r\nNats-Trace-Dest: t\r\n\r\nxy\r\n");
        assertThat(subjects(port)).containsExactly("t.b");

        fixture.router.onAccounts(
                List.of(one, AccountPlan.of(account("TWO", List.of(), List.of(), List.of()))));
        work();
        say(exporting, "PUB s.a 2\r\nxy\r\n");
        assertThat(subjects(port)).isEmpty();
        fixture.router.onAccounts(
                List.of(one, AccountPlan.of(account("TWO", List.of(), imports, List.of()))));
        work();
        say(exporting, "PUB s.b 2\r\nxy\r\n");
        assertThat(subjects(port)).containsExactly("t.b");
        port.unsubscribe(sid);
        work();
        say(exporting, "PUB s.b 2\r\nxy\r\n");
        assertThat(subjects(port)).isEmpty();
        assertThat(subscriptions("ONE") + subscriptions("TWO")).isZero();
    }

    private int subscriptions(String account) {
        return fixture.subscriptions(account);
    }

    /** Be it refused: who asks is answered. */
    @Test
    void shouldCountAsSomebodyWhoResponds() {
        say(client, "SUB r 1\r\n");
        heard(client);
        for (int i = 0; i < 80; i++) {
            say(client, message(i, 1_000, " r"));
        }
        assertThat(heard(client)).isEmpty();
        say(client, "PUB nobody.hears r 0\r\n\r\n");
        assertThat(heard(client)).contains("503");
    }

    // --- out

    private void put(int at, String text) {
        region.put(at, text.getBytes(ISO_8859_1));
    }

    @Test
    void shouldPublishWhatStandsInNativeMemory() {
        say(client, "SUB out.> 7\r\n");
        heard(client);
        ServiceAccount account = port.account("$G");
        String headers = "NATS/1.0\r\nA: b\r\n\r\n";
        put(0, "out.a");
        put(100, "reply.to");
        put(200, headers);
        put(300, "payload");
        assertThat(port.publish(account, region, 0, 5, region, 300, 7)).isTrue();
        assertThat(
                        port.publish(
                                account, region, 0, 5, region, 100, 8, region, 200, 18, region, 300,
                                7))
                .isTrue();
        assertThat(
                        port.publish(
                                account,
                                region,
                                0,
                                5,
                                region,
                                100,
                                8,
                                Region.NONE,
                                0,
                                0,
                                region,
                                0,
                                0))
                .isTrue();
        assertThat(
                        port.publish(
                                account,
                                region,
                                0,
                                5,
                                Region.NONE,
                                0,
                                0,
                                region,
                                200,
                                18,
                                region,
                                300,
                                0))
                .isTrue();
        work();
        assertThat(heard(client))
                .isEqualTo(
                        "MSG out.a 7 7\r\npayload\r\n"
                                + "HMSG out.a 7 reply.to 18 25\r\n"
                                + headers
                                + "payload\r\n"
                                + "MSG out.a 7 reply.to 0\r\n\r\n"
                                + "HMSG out.a 7 18 18\r\n"
                                + headers
                                + "\r\n");
    }

    @Test
    void shouldPublishMessagesOfAnySize() {
        say(client, "SUB out.a 7\r\n");
        heard(client);
        put(0, "out.a");
        put(100, "NATS/1.0\r\n\r\n");
        for (int length : new int[] {9, 10, 99, 100, 60_000, 65_400, 65_536, 66_000, 700_000}) {
            put(1_000, "z".repeat(length));
            port.publish(
                    port.account("$G"),
                    region,
                    0,
                    5,
                    region,
                    0,
                    5,
                    region,
                    100,
                    12,
                    region,
                    1_000,
                    length);
            work();
            assertThat(heard(client))
                    .isEqualTo(
                            "HMSG out.a 7 out.a 12 "
                                    + (length + 12)
                                    + "\r\nNATS/1.0\r\n\r\n"
                                    + "z".repeat(length)
                                    + "\r\n");
        }
    }

    @Test
    void shouldRefuseWordsThatWouldBreakALine() {
        ServiceAccount account = port.account("$G");
        for (String bad : List.of("a b", "a\r\nPUB", "abcdefgh\nx", "a\tb", "12345678\f", "")) {
            put(0, bad + "!");
            put(100, "fine.subject.of.some.length");
            assertThatThrownBy(() -> port.publish(account, region, 0, bad.length(), region, 0, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            if (!bad.isEmpty()) {
                assertThatThrownBy(
                                () ->
                                        port.publish(
                                                account,
                                                region,
                                                100,
                                                10,
                                                region,
                                                0,
                                                bad.length(),
                                                region,
                                                0,
                                                0,
                                                region,
                                                0,
                                                0))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        assertThatThrownBy(() -> port.publish("$G", "a b", "", NONE, NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> port.publish(account, region, 1 << 20, 5, region, 0, 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** Nothing of it is said, so that what follows is understood. */
    @Test
    void shouldSayNothingOfWhatIsNotWhollyThere() {
        say(client, "SUB out.a 7\r\n");
        heard(client);
        ServiceAccount account = port.account("$G");
        put(0, "out.a");
        int end = 1 << 20;
        for (int length : new int[] {100, 100_000, -1}) {
            assertThatThrownBy(() -> port.publish(account, region, 0, 5, region, end - 10, length))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(
                            () ->
                                    port.publish(
                                            account,
                                            region,
                                            0,
                                            5,
                                            Region.NONE,
                                            0,
                                            0,
                                            region,
                                            end - 10,
                                            length,
                                            region,
                                            0,
                                            100_000))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(port.publish(account, region, 0, 5, region, 0, 5)).isTrue();
        work();
        assertThat(heard(client)).isEqualTo("MSG out.a 7 5\r\nout.a\r\n");
        assertThat(lines).isEmpty();
    }

    /** Whatever else it may be, a client may have asked for an answer to it. */
    @Test
    void shouldAnswerUnderAnyWord() {
        put(0, "in\u0001..\u007f\u00e9\u00ff*.>");
        assertThat(port.publish(port.account("$G"), region, 0, 11, region, 0, 0)).isTrue();
        work();
        assertThat(lines).isEmpty();
    }

    @Test
    void shouldKnowAnAccountByItsNameThoughItIsMadeAnew() {
        fixture.account("B");
        port.subscribe("B", "in.b");
        ServiceAccount b = port.account("B");
        for (int i = 0; i < 3; i++) {
            fixture.account("B");
            Client its =
                    fixture.connected(
                            20 + i, "B", new RouterFixture.CountingPeer(), fixture.queue());
            say(its, "SUB out.a 1\r\n");
            port.subscribe("B", "in.b");
            work();
            heard(its);
            say(its, "PUB in.b 0\r\n\r\n");
            assertThat(port.next()).isTrue();
            assertThat(port.message().from()).isSameAs(b);
            assertThat(port.message().account()).isEqualTo("B");
            subjects(port);
            put(0, "out.a");
            assertThat(port.publish(b, region, 0, 5, region, 0, 5)).isTrue();
            work();
            assertThat(heard(its)).isEqualTo("MSG out.a 1 5\r\nout.a\r\n");
            fixture.router.clients().onClosed(its, CloseReason.CLIENT_CLOSED);
            fixture.router.onAccounts(RouterFixture.accounts(Set.of()));
            work();
            assertThat(port.publish(b, region, 0, 5, region, 0, 5)).isTrue();
            work();
        }
        assertThat(b.number()).isNotEqualTo(port.account("$G").number());
        assertThat(lines).isEmpty();
    }

    @Test
    void shouldMakeNoGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ServiceMessage message = port.message();
        CommandParser parser = new CommandParser(4096, 1 << 20);
        parser.headers(true);
        byte[] commands =
                ("PUB in.a inbox.1 5\r\nhello\r\nHPUB in.a inbox.1 12 13\r\nNATS/1.0\r\n\r\nx\r\n")
                        .repeat(16)
                        .getBytes(ISO_8859_1);
        int answer = 1 << 19;
        put(answer, "{}");
        say(client, "SUB inbox.* 1\r\n");
        long made = 0;
        int rounds = 400;
        int warming = 100;
        for (int i = 0; i < rounds; i++) {
            region.put(0, commands);
            frames.reset(region);
            parser.parse(region, 0, commands.length, frames);
            long before = threads.getCurrentThreadAllocatedBytes();
            fixture.router.onFrames(client, frames, 1);
            fixture.router.flush(0);
            int heard = 0;
            while (port.next()) {
                port.publish(
                        message.from(),
                        message.bytes(),
                        message.replyOffset(),
                        message.replyLength(),
                        region,
                        answer,
                        2);
                heard += message.payloadLength() + message.headerLength();
            }
            port.taken();
            port.flush();
            fixture.router.workOff();
            fixture.router.flush(0);
            made += i < warming ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(heard).isEqualTo(16 * (5 + 13));
            assertThat(heard(client)).contains("MSG inbox.1 1 2\r\n{}\r\n");
        }
        assertThat(made / (double) (32 * (rounds - warming))).isLessThan(1);
    }

    // --- too much

    private static String message(int number, int size, String reply) {
        return "PUB in." + number + reply + " " + size + "\r\n" + "x".repeat(size) + "\r\n";
    }

    @Test
    void shouldHoldClientsBackBeforeTheInboxIsFull() {
        int sent = 0;
        while (end.stalls == 0) {
            say(client, message(sent++, 1_000, ""));
            assertThat(sent).isLessThan(60);
        }
        assertThat(sent).isGreaterThan(INBOX_BYTES * 3 / 4 / 1_100);
        assertThat(end.bound.longestStallNs()).isEqualTo(Duration.ofSeconds(1).toNanos());
        Stallable otherEnd = new Stallable();
        Client other = fixture.connected(6, "$G", otherEnd, fixture.queue());
        say(other, "SUB out.a 1\r\nPUB out.a 0\r\n\r\n");
        assertThat(otherEnd.stalls).isZero();
        assertThat(subjects(port)).hasSize(sent).noneMatch(each -> each.startsWith("!"));
        int before = end.stalls;
        say(client, message(sent, 1_000, ""));
        assertThat(end.stalls).isEqualTo(before);
        assertThat(port.missed()).isZero();
    }

    @Test
    void shouldHandOnWhatThereIsNoRoomForAsRefused() {
        for (int i = 0; i < 80; i++) {
            say(client, message(i, 1_000, " r"));
        }
        List<String> heard = subjects(port);
        assertThat(heard).hasSize(80);
        int taken = (int) heard.stream().filter(each -> !each.startsWith("!")).count();
        assertThat(taken).isBetween(50, 70);
        for (int i = 0; i < 80; i++) {
            assertThat(heard.get(i)).isEqualTo((i < taken ? "in." : "!in.") + i);
        }
        assertThat(port.missed()).isZero();
        assertThat(client.peer.closing).isFalse();
    }

    /** They can't be held back. */
    @Test
    void shouldRefuseWhatOtherServersSendTooMuch() {
        Stallable routeEnd = new Stallable();
        Route route = new Route(90, "127.0.0.1", 1, routeEnd, fixture.queue());
        fixture.router.routes().onOpen(route);
        fixture.router.routes().onJoined(route, "other", true, RouteShare.ofAll());
        RouteParser parser = new RouteParser(4096, 1 << 20);
        for (int i = 0; i < 80; i++) {
            String text = "RMSG $G in." + i + " r 1000\r\n" + "x".repeat(1_000) + "\r\n";
            RouterFixture.say(fixture.router, route, parser, text, memory);
        }
        fixture.router.flush(0);
        assertThat(port.next()).isTrue();
        assertThat(port.message().isFromClient()).isFalse();
        assertThat(port.message().payloadLength()).isEqualTo(1_000);
        List<String> others = subjects(port);
        assertThat(others).hasSize(79);
        assertThat(others.getLast()).isEqualTo("!in.79");
        assertThat(port.missed()).isZero();
    }

    @Test
    void shouldShowWhoHasPublishedWhatIsRefused() {
        for (int i = 0; i < 70; i++) {
            say(client, message(i, 1_000, ""));
        }
        say(client, message(77, 50, " reply.to"));
        ServiceMessage message = port.message();
        String last = "";
        while (port.next()) {
            last = message.subject();
        }
        assertThat(last).isEqualTo("in.77");
        say(client, message(78, 5, " reply.to"));
        // Nothing has been taken yet.
        assertThat(port.next()).isTrue();
        assertThat(message.isRefused()).isTrue();
        assertThat(message.reply()).isEqualTo("reply.to");
        assertThat(message.payloadLength()).isZero();
        assertThat(message.headerLength()).isZero();
        assertThat(message.from()).isSameAs(port.account("$G"));
        assertThat(message.cid()).isEqualTo(5);
        port.taken();
    }

    @Test
    void shouldCountWhatItCannotEvenRefuse() {
        say(client, "SUB r 1\r\n");
        for (int i = 0; i < 70; i++) {
            say(client, message(i, 1_000, ""));
        }
        long missed = port.missed();
        assertThat(missed).as("nobody waits for an answer").isBetween(1L, 20L);
        for (int i = 0; i < 1_000; i++) {
            say(client, message(i, 10, " r"));
        }
        assertThat(port.missed() - missed).isBetween(800L, 990L);
        assertThat(heard(client)).as("who asks").contains("503");
        assertThat(lines).anyMatch(line -> line.contains("no room is left for messages to it"));
        long kept = peers.getFirst().messages().pendingBytes();
        assertThat(kept).isLessThan(INBOX_BYTES * 9L / 8 + 1_100);
        subjects(port);
        say(client, message(1, 10, " r"));
        assertThat(subjects(port)).containsExactly("in.1");
    }

    @Test
    void shouldRefuseWhatAnAccountAsksTooMuch() {
        Port asked = service(ServiceTerms.MODEST);
        asked.subscribe(ServicePort.EVERY_ACCOUNT, "ask.>");
        work();
        for (int i = 0; i < 200; i++) {
            say(client, "PUB ask." + i + " r 1000\r\n" + "x".repeat(1_000) + "\r\n");
        }
        List<String> heard = subjects(asked);
        assertThat(heard).hasSize(200);
        assertThat(heard.getFirst()).isEqualTo("ask.0");
        assertThat(heard.getLast()).isEqualTo("!ask.199");
        assertThat(asked.missed()).isZero();
    }

    /** However much else waits: what was asked before has been heard. */
    @Test
    void shouldNotRefuseWhoAsksNoMoreThanIsHeard() {
        Port asked = service(ServiceTerms.MODEST);
        asked.subscribe(ServicePort.EVERY_ACCOUNT, "ask.>");
        asked.subscribe("$G", "in.>");
        work();
        for (int i = 0; i < 200; i++) {
            say(client, message(i, 1_000, ""));
        }
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            say(client, "PUB ask.a r 1000\r\n" + "x".repeat(1_000) + "\r\n");
            for (int each = 0; each < (i < 20 ? 5 : 1); each++) {
                assertThat(asked.next()).isTrue();
                refused += asked.message().isRefused() ? 1 : 0;
            }
            asked.taken();
            say(client, message(i, 1_000, ""));
            assertThat(asked.next()).isTrue();
            refused += asked.message().isRefused() ? 1 : 0;
            asked.taken();
        }
        assertThat(refused).isZero();
    }

    /** A line may be long, though it says little. */
    @Test
    void shouldCountAllThatItKeepsOfWhatAnAccountAsks() {
        Port asked = service(ServiceTerms.MODEST);
        asked.subscribe(ServicePort.EVERY_ACCOUNT, "ask.>");
        work();
        for (int i = 0; i < 200; i++) {
            say(client, "PUB ask.a" + " ".repeat(4_000) + "r 0\r\n\r\n");
        }
        assertThat(peers.getLast().messages().pendingBytes()).isLessThan(100_000);
        assertThat(subjects(asked)).hasSize(200).endsWith("!ask.a");
    }

    @Test
    void shouldBeAskedInAnAccountThatOnlyALeafNodeExtends() {
        fixture.account("B");
        port.subscribe(ServicePort.EVERY_ACCOUNT, "ask.>");
        work();
        Leaf leaf =
                new Leaf(
                        7,
                        Remote.socket("127.0.0.1", 1),
                        new RouterFixture.CountingPeer(),
                        fixture.queue());
        fixture.router.leafs().onOpen(leaf, "");
        fixture.router
                .leafs()
                .onJoined(leaf, new LeafTerms("B", "hub", "", true, true, false, null, null));
        LeafParser parser = new LeafParser(4096, 1 << 20);
        RouterFixture.say(fixture.router, leaf, parser, "LMSG ask.a r 2\r\nxy\r\n", memory);
        fixture.router.flush(0);
        assertThat(subjects(port)).containsExactly("ask.a");
    }

    @Test
    void shouldBeAskedByOthersInAnAccountWithoutClients() {
        ServiceExport export =
                new ServiceExport(
                        "ask.>",
                        Access.PUBLIC,
                        ServiceExport.ResponseType.SINGLETON,
                        ServiceExport.DEFAULT_THRESHOLD,
                        null,
                        false);
        ServiceImport imported = new ServiceImport("ONE", "ask.>", "one.>", false);
        port.subscribe(ServicePort.EVERY_ACCOUNT, "ask.>");
        work();
        fixture.router.onAccounts(
                RouterFixture.plans(
                        services("ONE", List.of(export), List.of()),
                        services("TWO", List.of(), List.of(imported))));
        work();
        Client importing =
                fixture.connected(31, "TWO", new RouterFixture.CountingPeer(), fixture.queue());
        say(importing, "SUB r 1\r\nPUB one.a r 2\r\nxy\r\n");
        assertThat(port.next()).isTrue();
        assertThat(port.message().subject()).isEqualTo("ask.a");
        assertThat(port.message().account()).isEqualTo("ONE");
        assertThat(port.next()).isFalse();
        port.taken();
    }

    private static AccountOptions services(
            String name, List<ServiceExport> exports, List<ServiceImport> imports) {
        return new AccountOptions(
                name,
                "",
                List.of(),
                exports,
                List.of(),
                imports,
                List.of(),
                AccountOptions.named("").limits(),
                null);
    }

    // --- subscriptions

    @Test
    void shouldHearItselfWhereItWantsTo() {
        Port echoing = service(new ServiceTerms(INBOX_BYTES, Duration.ofSeconds(1), true));
        echoing.subscribe("$G", "own.>");
        echoing.publish("$G", "own.a", "", NONE, NONE);
        work();
        assertThat(subjects(echoing)).containsExactly("own.a");
    }

    @Test
    void shouldHaveThousandsOfSubscriptions() {
        List<Integer> sids = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            sids.add(port.subscribe("$G", "many." + i + (i % 2 == 0 ? ".>" : ".*")));
        }
        sids.add(port.subscribe("$G", "*.any.>"));
        work();
        assertThat(new HashSet<>(sids)).hasSize(5_001);
        ServiceMessage message = port.message();
        for (int i = 0; i < 5_000; i += 499) {
            say(client, "PUB many." + i + ".x 0\r\n\r\n");
            assertThat(port.next()).isTrue();
            assertThat(message.sid()).isEqualTo(sids.get(i));
        }
        say(client, "PUB many.any.x 0\r\n\r\n");
        assertThat(port.next()).isTrue();
        assertThat(message.sid()).isEqualTo(sids.get(5_000));
        sids.forEach(port::unsubscribe);
        work();
        say(client, "PUB many.any.x 0\r\n\r\nPUB many.7.x 0\r\n\r\n");
        assertThat(subjects(port)).isEmpty();
        assertThat(fixture.router.globalAccount().subscriptions()).isZero();
    }

    @Test
    void shouldKeepTheOrderOfEachConnection() {
        Client other = fixture.connected(6, "$G", end, fixture.queue());
        long[] next = {0, 0};
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 10; i++) {
                int from = (round + i) % 3 == 0 ? 1 : 0;
                say(
                        from == 0 ? client : other,
                        "PUB in." + next[from] + (i % 2 == 0 ? " r" : "") + " 0\r\n\r\n");
                next[from]++;
            }
        }
        long[] heard = {0, 0};
        while (port.next()) {
            int from = port.message().cid() == 5 ? 0 : 1;
            assertThat(port.message().subject()).isEqualTo("in." + heard[from]++);
        }
        port.taken();
        assertThat(heard).isEqualTo(next);
    }
}
