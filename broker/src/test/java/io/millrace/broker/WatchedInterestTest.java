package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.ServiceTerms;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;
import io.millrace.protocol.ServerInfo;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** What a service of a running server learns of interest, and gets without being asked. */
class WatchedInterestTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ACCOUNT = "$G";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private Broker opened(Broker broker) {
        open.add(broker::close);
        return broker;
    }

    /** Tells what it is told. */
    private static final class Watching implements Service {
        final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public String name() {
            return "watching";
        }

        @Override
        public void start(ServicePort port) {
            port.watch(ACCOUNT, "deliver.here");
        }

        @Override
        public void onMessage(ServiceMessage message) {}

        @Override
        public void onInterest(int watch, boolean interested) {
            told.add(watch + (interested ? "+" : "-"));
        }

        @Override
        public long onPoll(long nowNs) {
            return nowNs + Duration.ofHours(1).toNanos();
        }

        void tells(String expected) throws InterruptedException {
            assertThat(told.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(expected);
        }
    }

    private Socket client(Broker broker) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), broker.clients().address().getPort());
        open.add(socket);
        say(socket, "CONNECT {\"verbose\":false}\r\n");
        return socket;
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearOfClientsThatComeAndGo(Mode mode) throws Exception {
        Broker broker = opened(Started.broker(mode, ServerLog.discarding()));
        Watching service = new Watching();
        broker.services().start(service);
        service.tells("0-");
        Socket client = client(broker);
        say(client, "SUB deliver.here 1\r\n");
        service.tells("0+");
        say(client, "UNSUB 1\r\n");
        service.tells("0-");
        say(client, "SUB *.here workers 2\r\n");
        service.tells("0+");
        client.close();
        service.tells("0-");
        Socket other = client(broker);
        say(other, "SUB deliver.> 1\r\nUNSUB 1 1\r\n");
        service.tells("0+");
        say(other, "PUB deliver.here 0\r\n\r\n");
        service.tells("0-");
        assertThat(service.told).isEmpty();
    }

    private Broker member(Mode mode, RouteUrl... others) throws Exception {
        ClusterOptions cluster =
                ClusterOptions.builder()
                        .name("C")
                        .host("127.0.0.1")
                        .port(-1)
                        .routes(List.of(others))
                        .build();
        String id = "N" + open.size();
        return opened(
                Broker.start(
                        new OptionsBuilder()
                                .host("127.0.0.1")
                                .port(-1)
                                .threading(mode)
                                .cluster(cluster)
                                .conclude(2),
                        port -> info(id, port),
                        ServerLog.discarding(),
                        Preparation.none(),
                        new Listening("n", List.of(), ServerLog.discarding())));
    }

    private static ServerInfo info(String id, int port) {
        return new ServerInfo(
                id,
                id,
                "2",
                "0",
                "java",
                "127.0.0.1",
                port,
                1 << 20,
                true,
                false,
                false,
                false,
                false,
                "C",
                List.of(),
                false);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearOfThoseOfAnotherServer(Mode mode) throws Exception {
        Broker here = member(mode);
        Watching service = new Watching();
        here.services().start(service);
        service.tells("0-");
        Broker there = member(mode, RouteUrl.parse("nats://127.0.0.1:" + clusterPort(here)));
        Socket client = client(there);
        say(client, "SUB deliver.* 1\r\n");
        service.tells("0+");
        client.close();
        service.tells("0-");
        say(client(there), "SUB deliver.here q 1\r\n");
        service.tells("0+");
        there.close();
        service.tells("0-");
    }

    private static int clusterPort(Broker broker) {
        return Objects.requireNonNull(broker.cluster()).address().getPort();
    }

    // --- what must not be lost

    /** Takes its time, and counts. */
    private static final class Slow implements Service {
        static final long INBOX_BYTES = 1024 * 1024;

        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicInteger heard = new AtomicInteger();
        volatile String wrong = "";
        private final int[] next = new int[16];

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public ServiceTerms terms() {
            return new ServiceTerms(INBOX_BYTES, Duration.ofMillis(1), false, Long.MAX_VALUE, true);
        }

        @Override
        public void start(ServicePort port) {
            port.subscribe(ACCOUNT, "$JS.ACK.>");
        }

        @Override
        public void onMessage(ServiceMessage message) {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            String subject = message.subject();
            int from = subject.charAt(8) - 'a';
            int number = Integer.parseInt(subject, 10, subject.length(), 10);
            if (number != next[from]++) {
                wrong = subject + " instead of " + (next[from] - 1);
            }
            heard.lazySet(heard.get() + 1);
        }

        @Override
        public long onPoll(long nowNs) {
            return nowNs + Duration.ofHours(1).toNanos();
        }
    }

    /** A million messages that nobody would be told the loss of. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLoseNothingThatHasNoReplyHoweverSlowItIs(Mode mode) throws Exception {
        int clients = 4;
        int each = mode == Mode.DEDICATED ? 250_000 : 25_000;
        Broker broker = opened(Started.broker(mode, ServerLog.discarding()));
        Slow slow = new Slow();
        broker.services().start(slow);
        until(() -> broker.asking().ask(router -> router.globalAccount().servicesInterest) > 0);
        List<Thread> flood = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Socket client = client(broker);
            String begin = "PUB $JS.ACK." + (char) ('a' + i) + '.';
            flood.add(Thread.ofPlatform().start(() -> flood(client, begin, each)));
        }
        until(() -> broker.asking().ask(router -> stalls(router.peers())) >= clients);
        // Far longer than anybody is held back who may go on in the end.
        for (int i = 0; i < 2_000; i++) {
            assertThat(kept(broker)).isLessThan(4 * Slow.INBOX_BYTES);
        }
        assertThat(slow.heard.get()).isZero();
        slow.goOn.countDown();
        until(
                () -> {
                    assertThat(kept(broker)).isLessThan(4 * Slow.INBOX_BYTES);
                    return slow.heard.get() == clients * each;
                });
        assertThat(slow.wrong).isEmpty();
        for (Thread thread : flood) {
            thread.join();
        }
    }

    private static void flood(Socket client, String begin, int count) {
        StringBuilder text = new StringBuilder();
        try {
            for (int i = 0; i < count; i++) {
                text.append(begin).append(i).append(" 0\r\n\r\n");
                if (text.length() > 32_000) {
                    say(client, text.toString());
                    text.setLength(0);
                }
            }
            say(client, text.toString());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long kept(Broker broker) throws InterruptedException {
        return broker.asking().ask(router -> router.ledger().bytes(Debt.OUTBOUND));
    }

    private static long stalls(List<Peer> peers) {
        return peers.stream().mapToLong(each -> each.stalls).sum();
    }

    private static void until(Callable<Boolean> holds) throws Exception {
        for (long end = System.nanoTime() + SOON.toNanos(); !holds.call(); ) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
