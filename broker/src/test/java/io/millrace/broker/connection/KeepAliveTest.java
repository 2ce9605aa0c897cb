package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.latency.Stage;
import io.millrace.broker.latency.StageRecorder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.ring.RouterProxy;
import io.millrace.broker.ring.RoutingRing;
import io.millrace.broker.routing.Client;
import io.millrace.broker.routing.RouterFixture;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            new RoutingRing(fixture.router, () -> {}, log, new StageRecorder(Stage.values()));
    private final IoLoop loop =
            new IoLoop(
                    new EmbeddedChannel().eventLoop(),
                    new RouterProxy(ring, Integer.MAX_VALUE),
                    1,
                    new StageRecorder(Stage.values()));

    private void onLine(String text) {
        sent.add(text.substring(text.indexOf("->>")));
    }

    @AfterEach
    void close() {
        loop.close();
        fixture.close();
    }

    /** Ten seconds to speak, three to say who one is, a PING every minute. */
    private KeepAlive keepAlive(boolean mustConnect) {
        LinkLimits limits =
                new LinkLimits(
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
                new KeepAlive(loop, client, limits, mustConnect, PingPolicy.CLIENT, OPENED_NS);
        keepAlive.ready(OPENED_NS);
        return keepAlive;
    }

    /** As the wheel does it. */
    private static void fire(KeepAlive keepAlive, long nowNs) {
        keepAlive.stop();
        keepAlive.fire(nowNs);
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

    @Test
    void shouldCountAnythingWhereTheyNeedNot() {
        KeepAlive keepAlive = keepAlive(false);
        keepAlive.heard(at(9));
        fire(keepAlive, at(10));
        fire(keepAlive, at(11));
        assertThat(sent).isEmpty();
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

    /** Clients take anything but PONG for an error until they are let in. */
    @Test
    void shouldWaitWithThePingUntilTheClientIsLetIn() {
        KeepAlive keepAlive = keepAlive(true);
        keepAlive.connecting();
        fire(keepAlive, at(3));
        fire(keepAlive, at(30));
        assertThat(sent).isEmpty();
        keepAlive.connected(at(30));
        fire(keepAlive, at(31.9));
        assertThat(sent).isEmpty();
        fire(keepAlive, at(32.41));
        assertThat(sent).containsExactly(PING);
    }

    /** As in the reference: only CONNECT makes the first one come soon. */
    @Test
    void shouldNotPingSoonWhoHasNotConnected() {
        KeepAlive keepAlive = keepAlive(false);
        keepAlive.heard(at(1));
        fire(keepAlive, at(59));
        assertThat(sent).isEmpty();
        fire(keepAlive, at(60));
        assertThat(sent).containsExactly(PING);
    }
}
