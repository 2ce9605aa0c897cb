package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.peer.Client;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What silence leads to; the test is the wheel, and says what time it is. */
class KeepAliveTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long OPENED_NS = System.nanoTime();
    private static final String TIMEOUT = "->> [-ERR Authentication Timeout]";
    private static final String PING = "->> [PING]";

    private final List<String> sent = new ArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> onLine(text), false, true);
    private final RouterFixture fixture = new RouterFixture(log);
    private final Client client = fixture.client(new RouterFixture.CountingPeer());
    private final RoutingRing ring =
            new RoutingRing(
                    fixture.router, () -> {}, () -> {}, log, new StageRecorder(Stage.values()));
    private final IoLoop loop =
            new IoLoop(
                    new EmbeddedChannel().eventLoop(),
                    new RouterProxy(ring, Integer.MAX_VALUE),
                    1,
                    new StageRecorder(Stage.values()));

    private void onLine(String text) {
        if (text.contains("->>")) {
            sent.add(text.substring(text.indexOf("->>")));
        }
    }

    @AfterEach
    void close() {
        loop.close();
        fixture.close();
    }

    /** Ten seconds to speak, three to say who one is, a PING every minute. */
    private KeepAlive keepAlive(boolean mustConnect) {
        ConnectionLimits limits =
                new ConnectionLimits(
                        4096,
                        1024,
                        true,
                        10 * SECOND,
                        3 * SECOND,
                        60 * SECOND,
                        SECOND,
                        "1s",
                        false);
        KeepAlive keepAlive =
                new KeepAlive(
                        loop, client.peer(), limits, mustConnect, PingPolicy.CLIENT, OPENED_NS);
        keepAlive.ready(OPENED_NS);
        return keepAlive;
    }

    /** The client sends PONG. */
    private void answer(long nowNs) {
        byte[] pong = "PONG\r\n".getBytes(StandardCharsets.US_ASCII);
        FrameBlock frames = new FrameBlock(1);
        try (NativeBlock bytes = NativeBlock.allocate(64)) {
            Region region = bytes.region();
            region.put(0, pong);
            frames.reset(region);
            new CommandParser(4096, 1024).parse(region, 0, pong.length, frames);
            ring.offer(router -> router.onFrames(client, frames, nowNs));
            ring.drain();
        } finally {
            frames.free();
        }
    }

    /** As the wheel does it. */
    private static void fire(KeepAlive keepAlive, long nowNs) {
        keepAlive.stop();
        keepAlive.due(nowNs);
    }

    private static long at(double seconds) {
        return OPENED_NS + (long) (seconds * SECOND);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTurnAwayClientsThatSayNothingInTime(boolean mustConnect) {
        KeepAlive keepAlive = keepAlive(mustConnect);
        double limit = mustConnect ? 3 : 10;
        fire(keepAlive, at(limit - 0.001));
        assertThat(sent).as("not before").isEmpty();
        assertThat(keepAlive.isArmed()).isTrue();
        fire(keepAlive, at(limit));
        assertThat(sent).containsExactly(TIMEOUT);
        assertThat(keepAlive.isArmed()).as("that was all").isFalse();
    }

    /** Half a CONNECT again and again is no CONNECT. */
    @Test
    void shouldCountNothingButConnectWhereClientsMustSayWhoTheyAre() {
        KeepAlive keepAlive = keepAlive(true);
        for (int i = 1; i < 30; i++) {
            keepAlive.heard(at(i / 10.0));
        }
        fire(keepAlive, at(3));
        assertThat(sent).containsExactly(TIMEOUT);
    }

    /** Half a command again and again is no command. */
    @Test
    void shouldCountNothingButAWholeCommandWhereTheyNeedNot() {
        KeepAlive keepAlive = keepAlive(false);
        for (int i = 1; i < 100; i++) {
            keepAlive.heard(at(i / 10.0));
        }
        fire(keepAlive, at(10));
        assertThat(sent).containsExactly(TIMEOUT);
    }

    @Test
    void shouldCountAnyWholeCommandWhereTheyNeedNot() {
        KeepAlive keepAlive = keepAlive(false);
        keepAlive.heard(at(9));
        keepAlive.spoke();
        fire(keepAlive, at(10));
        fire(keepAlive, at(11));
        assertThat(sent).isEmpty();
    }

    @Test
    void shouldNotCountACommandThatCouldNotBeSaidYet() {
        KeepAlive keepAlive = keepAlive(true);
        keepAlive.spoke();
        fire(keepAlive, at(3));
        assertThat(sent).containsExactly(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldPingSoonAfterConnectAndThenAtIntervals(boolean mustConnect) {
        KeepAlive keepAlive = keepAlive(mustConnect);
        keepAlive.heard(at(2.5));
        keepAlive.connected(at(2.5));
        fire(keepAlive, at(3));
        fire(keepAlive, at(4.4));
        assertThat(sent).as("neither a timeout nor a PING so soon").isEmpty();
        fire(keepAlive, at(4.91));
        assertThat(sent).containsExactly(PING);
        fire(keepAlive, at(60));
        assertThat(sent).hasSize(1);
        fire(keepAlive, at(64.92));
        assertThat(sent).containsExactly(PING, PING);
        assertThat(keepAlive.isArmed()).isTrue();
    }

    /** How long it takes to find out whether a password is right is no concern of the client's. */
    @Test
    void shouldTurnAwayWhoIsNotLetInInTimeThoughItHasSaidWhoItIs() {
        KeepAlive keepAlive = keepAlive(true);
        keepAlive.proving(at(1));
        fire(keepAlive, at(2.999));
        assertThat(sent).isEmpty();
        fire(keepAlive, at(3));
        assertThat(sent).containsExactly(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldGiveWhoSaysOnceMoreWhoItIsAsMuchTimeAgain(boolean mustConnect) {
        KeepAlive keepAlive = keepAlive(mustConnect);
        keepAlive.connected(at(1));
        keepAlive.proving(at(100));
        fire(keepAlive, at(102.999));
        assertThat(sent).isEmpty();
        fire(keepAlive, at(103));
        assertThat(sent).containsExactly(TIMEOUT);
    }

    /** Clients take anything but PONG for an error until they are let in. */
    @Test
    void shouldWaitWithThePingUntilTheClientIsLetIn() {
        KeepAlive keepAlive = keepAlive(true);
        keepAlive.proving(at(1));
        fire(keepAlive, at(2.9));
        assertThat(sent).isEmpty();
        keepAlive.connected(at(2.9));
        fire(keepAlive, at(4.8));
        assertThat(sent).isEmpty();
        fire(keepAlive, at(5.31));
        assertThat(sent).containsExactly(PING);
    }

    /** Two may be unanswered: the third would find it stale. */
    @Test
    void shouldNeverFindStaleWhoSaysAnythingWhateverItAnswers() {
        KeepAlive keepAlive = keepAlive(false);
        keepAlive.connected(at(0));
        fire(keepAlive, at(2.41));
        assertThat(sent).containsExactly(PING);
        double lastS = 2.41;
        for (int i = 1; i < 10; i++) {
            lastS += 60.01;
            keepAlive.heard(at(lastS - 1));
            fire(keepAlive, at(lastS));
        }
        assertThat(sent).as("one that it owes an answer to").containsExactly(PING);
        fire(keepAlive, at(lastS + 60.01));
        assertThat(sent).containsExactly(PING, PING);
        fire(keepAlive, at(lastS + 120.02));
        assertThat(sent).hasSize(3).last().asString().contains("Stale Connection");
    }

    @Test
    void shouldNotFindStaleWhomNobodyListensTo() {
        KeepAlive keepAlive = keepAlive(false);
        keepAlive.connected(at(0));
        keepAlive.listening(false, at(1));
        double lastS = 2.41;
        for (int i = 1; i < 10; i++) {
            fire(keepAlive, at(lastS));
            lastS += 60.01;
        }
        assertThat(sent).containsExactly(PING);
        keepAlive.listening(true, at(lastS));
        fire(keepAlive, at(lastS + 59));
        assertThat(sent).containsExactly(PING);
    }

    /** As the reference does it, to know how long the way is. */
    @Test
    void shouldPingOnceAnHourWhoIsHeardAllTheTime() {
        KeepAlive keepAlive = keepAlive(false);
        keepAlive.connected(at(0));
        fire(keepAlive, at(2.41));
        answer(at(2.5));
        for (int i = 1; i <= 61; i++) {
            double nowS = 2.41 + i * 60.01;
            keepAlive.heard(at(nowS - 1));
            fire(keepAlive, at(nowS));
        }
        assertThat(sent).containsExactly(PING, PING);
    }

    /** As in the reference: only CONNECT makes the first one come soon. */
    @Test
    void shouldNotPingSoonWhoHasNotConnected() {
        KeepAlive keepAlive = keepAlive(false);
        keepAlive.spoke();
        fire(keepAlive, at(59));
        assertThat(sent).isEmpty();
        fire(keepAlive, at(60));
        assertThat(sent).containsExactly(PING);
    }
}
