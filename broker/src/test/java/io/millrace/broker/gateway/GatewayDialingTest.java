package io.millrace.broker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.cluster.ErrorReports;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.listen.UrlBounds;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.log.LogLevel;
import io.millrace.broker.log.ServerLog;
import io.millrace.protocol.LinkInfo;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** When which cluster is dialed; the test is the dialer. */
class GatewayDialingTest {
    private record Reports(int first, int again) implements ErrorReports {}

    private record Dial(GatewayTarget target, int attempt, long delayMs) {}

    private final List<Dial> dials = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private RemoteClusters remotes = new RemoteClusters("A", List.of());
    private boolean connectedFromThere;

    private static RemoteGateway remote(String name, String... urls) {
        return new RemoteGateway(
                name,
                Stream.of(urls).map(url -> ServerUrl.parse("gateway", "nats://" + url, 0)).toList(),
                TlsOptions.OFF);
    }

    private GatewayDialing dialing(GatewayOptions.Builder options, RemoteGateway... configured) {
        remotes = new RemoteClusters("A", List.of(configured));
        return new GatewayDialing(
                new ThisGateway(options.build(), LinkInfo.builder().gateway("A").build()),
                remotes,
                new Reports(3, 2),
                _ -> connectedFromThere,
                (target, attempt, delayMs) -> dials.add(new Dial(target, attempt, delayMs)),
                ServerLog.to(this::write, true, true),
                1);
    }

    private void write(LogLevel level, String text) {
        lines.add("[" + level.tag() + "] " + text);
    }

    private Dial fail(GatewayDialing dialing) {
        Dial last = dials.getLast();
        int before = dials.size();
        dialing.failed(last.target, last.attempt, "10.0.0.1:1", "refused");
        return dials.size() > before ? dials.getLast() : last;
    }

    @Test
    void shouldTryAConfiguredClusterForEver() {
        GatewayDialing dialing = dialing(GatewayOptions.builder(), remote("B", "h:1"));
        dialing.start();
        assertThat(dials).hasSize(1);
        assertThat(dials.getFirst().delayMs).isEqualTo(1_000);
        for (int i = 2; i < 100; i++) {
            Dial next = fail(dialing);
            assertThat(next.attempt).isEqualTo(i);
            assertThat(next.delayMs).isEqualTo(1_000);
        }
    }

    @Test
    void shouldWaitLongerEachTimeIfItIsToldSo() {
        GatewayDialing dialing =
                dialing(GatewayOptions.builder().connectBackoff(true), remote("B", "h:1"));
        dialing.start();
        for (long delay : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
            assertThat(fail(dialing).delayMs).isEqualTo(delay);
        }
    }

    @Test
    void shouldTryEachServerOnceInAnAttempt() {
        GatewayDialing dialing =
                dialing(GatewayOptions.builder(), remote("B", "a:1", "b:1", "c:1"));
        dialing.start();
        for (int i = 0; i < 5; i++) {
            fail(dialing);
        }
        assertThat(dials).extracting(Dial::attempt).containsExactly(1, 1, 1, 2, 2, 2);
        assertThat(dials).extracting(Dial::delayMs).containsExactly(1_000L, 0L, 0L, 1_000L, 0L, 0L);
        assertThat(dials.subList(0, 3))
                .extracting(dial -> dial.target.host())
                .containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void shouldTellOfFailuresAsOftenAsItIsToldTo() {
        GatewayDialing dialing = dialing(GatewayOptions.builder(), remote("B", "h:1"));
        dialing.start();
        for (int i = 0; i < 6; i++) {
            fail(dialing);
        }
        String text = "Error connecting to explicit gateway \"B\" (h:1) at 10.0.0.1:1 (attempt ";
        assertThat(lines)
                .containsExactly(
                        "[ERR] " + text + "1): refused",
                        "[DBG] " + text + "2): refused",
                        "[ERR] " + text + "3): refused",
                        "[DBG] " + text + "4): refused",
                        "[DBG] " + text + "5): refused",
                        "[ERR] " + text + "6): refused");
        assertThat(dials)
                .extracting(dial -> dial.target.reported())
                .containsExactly(true, false, true, false, false, true, false);
    }

    @Test
    void shouldSayThatAnAddressCannotBeHad() {
        GatewayDialing dialing = dialing(GatewayOptions.builder(), remote("B", "h"));
        dialing.start();
        dialing.failed(dials.getLast().target, 1, "", "address h: missing port in address");
        assertThat(lines)
                .containsExactly(
                        "[ERR] Error getting IP for explicit gateway \"B\" (h): address h: missing"
                                + " port in address");
        assertThat(dials).hasSize(2);
    }

    @Test
    void shouldGiveUpAClusterThatIsJustHeardOfUnlessItHasConnectedItself() {
        GatewayDialing dialing = dialing(GatewayOptions.builder().connectRetries(2));
        RemoteCluster heard = remotes.add("B", List.of("h:1"));
        assertThat(heard).isNotNull();
        dialing.now(heard);
        assertThat(dials.getFirst().delayMs).isZero();
        fail(dialing);
        fail(dialing);
        connectedFromThere = true;
        fail(dialing);
        assertThat(remotes.get("B")).isNotNull();
        connectedFromThere = false;
        fail(dialing);
        assertThat(dials).extracting(Dial::attempt).containsExactly(1, 2, 3, 4);
        assertThat(remotes.get("B")).isNull();
    }

    @Test
    void shouldDialALostGatewayOnceAndAtOnceOnlyIfItIsJustHeardOf() {
        GatewayDialing dialing = dialing(GatewayOptions.builder(), remote("B", "h:1"));
        RemoteCluster configured = remotes.get("B");
        RemoteCluster heard = remotes.add("C", List.of("c:1"));
        assertThat(configured).isNotNull();
        assertThat(heard).isNotNull();
        dialing.again(configured);
        dialing.again(configured);
        assertThat(dials).hasSize(1);
        assertThat(dials.getFirst().delayMs).isBetween(1_000L, 1_100L);
        dialing.again(heard);
        assertThat(dials).hasSize(2);
        assertThat(dials.getLast().delayMs).isLessThan(100);
        // A lost one is worth an error more often.
        assertThat(dials.getLast().target.reported()).isTrue();
    }

    /** What it is heard to be at may be another cluster's port, or this server's own. */
    @Test
    void shouldGiveUpAClusterThatIsJustHeardOfAndNotThere() {
        GatewayDialing dialing = dialing(GatewayOptions.builder().connectRetries(2));
        RemoteCluster heard = remotes.add("B", List.of("h:1"));
        assertThat(heard).isNotNull();
        for (int miss = 1; miss <= 2; miss++) {
            heard.misses = miss;
            dialing.again(heard);
            assertThat(dials).hasSize(miss);
            assertThat(dials.getLast().delayMs).isBetween(1_000L, 1_100L);
            dialing.succeeded(heard);
        }
        heard.misses = 3;
        connectedFromThere = true;
        dialing.again(heard);
        assertThat(dials).hasSize(3);
        dialing.succeeded(heard);
        connectedFromThere = false;
        dialing.again(heard);
        assertThat(dials).hasSize(3);
        assertThat(remotes.get("B")).isNull();
    }

    @Test
    void shouldDialNobodyAnyMoreWhenItHasEnded() {
        GatewayDialing dialing = dialing(GatewayOptions.builder(), remote("B", "h:1", "h:2"));
        dialing.start();
        dialing.end();
        fail(dialing);
        assertThat(dials).hasSize(1);
    }

    @Test
    void shouldKeepOnlySoManyClustersAndUrlsThatOthersTell() {
        for (int i = 0; i < 2 * RemoteClusters.MOST_HEARD_OF; i++) {
            remotes.add("C" + i, List.of("h:1"));
        }
        assertThat(remotes.all()).hasSize(RemoteClusters.MOST_HEARD_OF);
        RemoteCluster one = remotes.all().getFirst();
        one.add(List.of("u:p@h:2", "h:3/path", "x".repeat(301), "no url", "", "h", "h:4"));
        assertThat(one.addresses()).containsExactly("h:1", "h", "h:4");
        for (int i = 0; i < 100_000; i++) {
            one.add(List.of("host-" + i + ":7222"));
        }
        int bytes = one.addresses().stream().mapToInt(String::length).sum();
        assertThat(bytes).isBetween(UrlBounds.MOST_BYTES - 100, UrlBounds.MOST_BYTES);
    }
}
