package io.millrace.broker.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.ServicePeer;
import io.millrace.broker.routing.ServiceTerms;
import io.millrace.broker.routing.account.RouteShare;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.peer.Route;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.RouteParser;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Requests whose answers nobody would hear, with the router and the service on one thread. */
class UnheardRequestTest {
    private static final ServiceTerms TERMS =
            new ServiceTerms(8 * 1024 * 1024, Duration.ZERO, true);

    private final ServerLog log = ServerLog.to((level, text) -> {}, false, false);
    private final RouterFixture fixture = RouterFixture.spreading(log, 1, 64 * 1024 * 1024, true);
    private final NativeBlock memory = NativeBlock.allocate(1 << 20);
    private final ServicePeer peer =
            new ServicePeer("s", -1, new RouterFixture.CountingPeer(), fixture.chunks(), TERMS);
    private Client client;
    private Port port;

    @BeforeEach
    void open() {
        fixture.router.services().onOpen(peer);
        port = new Port(peer, () -> {});
        client = fixture.connected(5, "$G", new RouterFixture.CountingPeer(), fixture.queue());
        port.subscribeToRequests("$G", "ask.>");
        port.subscribe("$G", "in.>");
        port.subscribeToRequests(ServicePort.EVERY_ACCOUNT, "all.>");
        work();
    }

    @AfterEach
    void close() {
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        fixture.router.services().onClosed(peer);
        work();
        memory.close();
        fixture.close();
    }

    private void work() {
        port.flush();
        while (fixture.router.workOff()) {
            fixture.router.flush(0);
        }
        fixture.router.flush(0);
    }

    /** Has a client say something, in one write. */
    private void say(String commands) {
        CommandParser parser = new CommandParser(4096, 1 << 20);
        parser.headers(true);
        RouterFixture.say(fixture.router, client, parser, commands, memory);
        fixture.router.flush(0);
    }

    /** What the service gets, each with a mark if nobody hears the answer. */
    private List<String> got() {
        List<String> got = new ArrayList<>();
        while (port.next()) {
            got.add(port.message().subject() + (port.message().isUnheard() ? "-" : ""));
        }
        port.taken();
        return got;
    }

    private static String ask(String subject, String reply) {
        return "PUB " + subject + " " + reply + " 2\r\nhi\r\n";
    }

    @Test
    void shouldMarkWhatNobodyHearsTheAnswerOf() {
        say(ask("ask.1", "r") + ask("all.1", "r"));
        assertThat(got()).containsExactly("ask.1-", "all.1-");
        say("HPUB ask.2 r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
        assertThat(got()).containsExactly("ask.2-");
        // Who doesn't want to know isn't told, and who awaits nothing isn't asked.
        say(ask("in.1", "r") + "PUB ask.3 2\r\nhi\r\n");
        assertThat(got()).containsExactly("in.1", "ask.3");
    }

    @Test
    void shouldKnowWhoHearsByTheEndOfAWrite() {
        say("SUB r.* 1\r\n" + ask("ask.1", "r.1") + ask("all.1", "r.1"));
        assertThat(got()).containsExactly("ask.1", "all.1");
        say(ask("ask.2", "r.2") + "UNSUB 1\r\n" + ask("ask.3", "r.3"));
        assertThat(got()).containsExactly("ask.2-", "ask.3-");
        say("SUB r.> q 2\r\n" + ask("ask.4", "r.4"));
        assertThat(got()).containsExactly("ask.4");
        // What a service asks for in every account hears nothing; what it does in this one does.
        say(ask("ask.5", "all.r") + ask("ask.6", "in.r"));
        assertThat(got()).containsExactly("ask.5-", "ask.6");
    }

    @Test
    void shouldMarkWhatIsVeryLong() {
        int length = 500_000;
        say("PUB ask.1 r " + length + "\r\n" + "x".repeat(length) + "\r\n" + ask("ask.2", "r"));
        assertThat(got()).containsExactly("ask.1-", "ask.2-");
    }

    /** Whose subscriptions may be on their way. */
    @Test
    void shouldTakeWhatOtherServersAskForHeard() {
        Route route =
                new Route(90, "127.0.0.1", 1, new RouterFixture.CountingPeer(), fixture.queue());
        fixture.router.routes().onOpen(route);
        fixture.router.routes().onJoined(route, "other", true, RouteShare.ofAll());
        RouteParser parser = new RouteParser(4096, 1 << 20);
        RouterFixture.say(fixture.router, route, parser, "RMSG $G ask.1 r 2\r\nhi\r\n", memory);
        fixture.router.flush(0);
        assertThat(got()).containsExactly("ask.1");
        RouterFixture.say(fixture.router, route, parser, "RS+ $G r\r\n", memory);
        say(ask("ask.2", "r") + ask("ask.3", "x"));
        assertThat(got()).containsExactly("ask.2", "ask.3-");
        fixture.router.routes().onClosed(route, CloseReason.CLIENT_CLOSED);
    }

    /** Many are looked at before the service gets them; its end in between harms nobody. */
    @Test
    void shouldMarkManyAndEndAmidOfThem() {
        say((ask("ask.1", "r") + ask("ask.2", "ask.r")).repeat(1_000));
        assertThat(got()).hasSize(2_000).filteredOn(each -> each.endsWith("-")).hasSize(1_000);
        ServicePeer other =
                new ServicePeer("o", -2, new RouterFixture.CountingPeer(), fixture.chunks(), TERMS);
        fixture.router.services().onOpen(other);
        Port its = new Port(other, () -> {});
        its.subscribeToRequests("$G", "other");
        its.flush();
        work();
        CommandParser parser = new CommandParser(4096, 1 << 20);
        RouterFixture.say(fixture.router, client, parser, ask("other", "r"), memory);
        fixture.router.services().onClosed(other);
        say(ask("ask.1", "r"));
        assertThat(got()).containsExactly("ask.1-");
    }

    @Test
    void shouldMakeNoGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        CommandParser parser = new CommandParser(4096, 1 << 20);
        FrameBlock frames = new FrameBlock(64);
        Region region = memory.region();
        say("SUB r.* 1\r\nSUB *.a q 2\r\nSUB > 3\r\nUNSUB 3\r\n");
        byte[] commands =
                (ask("ask.1", "r.a") + ask("ask.2", "x.y"))
                        .repeat(16)
                        .getBytes(StandardCharsets.ISO_8859_1);
        int rounds = 400;
        int warming = 100;
        long made = 0;
        int unheard = 0;
        for (int i = 0; i < rounds; i++) {
            region.put(0, commands);
            frames.reset(region);
            parser.parse(region, 0, commands.length, frames);
            long before = threads.getCurrentThreadAllocatedBytes();
            fixture.router.onFrames(client, frames, 1);
            fixture.router.flush(0);
            while (port.next()) {
                unheard += port.message().isUnheard() ? 1 : 0;
            }
            port.taken();
            made += i < warming ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
        }
        frames.free();
        assertThat(unheard).isEqualTo(16 * rounds);
        assertThat(made / (double) (32 * (rounds - warming))).isLessThan(1);
    }
}
