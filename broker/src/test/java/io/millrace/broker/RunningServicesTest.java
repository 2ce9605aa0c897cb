package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.ServiceTerms;
import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Services behind a running server, as clients see them. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class RunningServicesTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ACCOUNT = "$G";
    private static final byte[] NONE = {};

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final ServerLog log = ServerLog.to((level, text) -> lines.add(text), false, false);
    private Broker broker;

    private void start(Mode mode, Service service) throws Exception {
        broker = Started.broker(mode, log);
        broker.services().start(service);
    }

    private Connection connect() throws Exception {
        return Nats.connect(
                new Options.Builder()
                        .server("nats://127.0.0.1:" + broker.clients().address().getPort())
                        .noReconnect()
                        .connectionTimeout(SOON)
                        .build());
    }

    @AfterEach
    void close() {
        if (broker != null) {
            broker.close();
        }
    }

    /** Says what it heard, and where. */
    private static class Echo implements Service {
        ServicePort port;
        final AtomicInteger heard = new AtomicInteger();

        @Override
        public String name() {
            return "echo";
        }

        @Override
        public void start(ServicePort newPort) {
            port = newPort;
            port.subscribe(ACCOUNT, "echo.>");
        }

        @Override
        public void onMessage(ServiceMessage message) {
            heard.incrementAndGet();
            String text = message.account() + " " + message.subject() + " " + message.cid() + " ";
            byte[] begin = text.getBytes(StandardCharsets.UTF_8);
            byte[] payload = message.payload();
            byte[] answer = new byte[begin.length + payload.length];
            System.arraycopy(begin, 0, answer, 0, begin.length);
            System.arraycopy(payload, 0, answer, begin.length, payload.length);
            if (!message.reply().isEmpty()) {
                port.publish(ACCOUNT, message.reply(), "", message.headers(), answer);
            }
        }

        @Override
        public long onPoll(long nowNs) {
            return nowNs + Duration.ofHours(1).toNanos();
        }
    }

    /** Asks until somebody listens: a service subscribes once its thread runs. */
    private Message ask(Connection connection, String subject, byte[] payload) throws Exception {
        for (long end = System.nanoTime() + SOON.toNanos(); System.nanoTime() < end; ) {
            Message answer = connection.request(subject, payload, SOON);
            if (answer != null && !answer.isStatusMessage()) {
                return answer;
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError("no answer; logged: " + lines);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerClients(Mode mode) throws Exception {
        start(mode, new Echo());
        try (Connection connection = connect()) {
            Message answer = ask(connection, "echo.a", "hello".getBytes(StandardCharsets.UTF_8));
            assertThat(new String(answer.getData(), StandardCharsets.UTF_8))
                    .isEqualTo("$G echo.a 1 hello");
        }
    }

    /** Of any size, so that records end anywhere in chunks of both sizes. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCarryMessagesOfAnySizeBothWays(Mode mode) throws Exception {
        start(mode, new Echo());
        Random random = new Random(7);
        try (Connection connection = connect()) {
            ask(connection, "echo.a", NONE);
            for (int i = 0; i < 300; i++) {
                int largest = i % 10 == 0 ? 1_000_000 : i % 3 == 0 ? 70_000 : 5_000;
                byte[] payload = new byte[random.nextInt(largest)];
                random.nextBytes(payload);
                byte[] answer = ask(connection, "echo.b", payload).getData();
                assertThat(answer).startsWith("$G echo.b 1 ".getBytes(StandardCharsets.UTF_8));
                assertThat(answer).endsWith(payload).hasSize(12 + payload.length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGoOnAfterAMessageThatItFailedAt(Mode mode) throws Exception {
        start(
                mode,
                new Echo() {
                    @Override
                    public void onMessage(ServiceMessage message) {
                        if (message.subject().endsWith("bad")) {
                            throw new IllegalArgumentException("can't be understood");
                        }
                        super.onMessage(message);
                    }
                });
        try (Connection connection = connect()) {
            ask(connection, "echo.a", NONE);
            connection.publish("echo.bad", NONE);
            assertThat(ask(connection, "echo.a", NONE)).isNotNull();
            assertThat(lines).anyMatch(line -> line.contains("echo failed: java.lang.Illegal"));
        }
    }

    /** What one service says wrong, or not to its end, changes nothing of what follows. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGoOnBehindACommandThatIsNone(Mode mode) throws Exception {
        start(
                mode,
                new Echo() {
                    @Override
                    public void onMessage(ServiceMessage message) {
                        try {
                            port.publish(ACCOUNT, "half 999999\r\nPUB x", "", NONE, NONE);
                        } finally {
                            super.onMessage(message);
                        }
                    }
                });
        try (Connection connection = connect()) {
            assertThat(ask(connection, "echo.a", NONE)).isNotNull();
            assertThat(ask(connection, "echo.a", NONE)).isNotNull();
            assertThat(lines).anyMatch(line -> line.contains("is no word"));
        }
    }

    /** What a service can't take in is lost to it; the server keeps no more than its bound. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepABoundedPartOfWhatAServiceDoesNotHear(Mode mode) throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Echo service =
                new Echo() {
                    @Override
                    public void onMessage(ServiceMessage message) {
                        if (message.subject().endsWith("wait")) {
                            try {
                                goOn.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        }
                        super.onMessage(message);
                    }
                };
        start(mode, service);
        try (Connection connection = connect()) {
            ask(connection, "echo.a", NONE);
            connection.publish("echo.wait", NONE);
            connection.flush(SOON);
            int before = service.heard.get();
            for (int i = 0; i < 640; i++) {
                connection.publish("echo.many", new byte[100_000]);
            }
            connection.flush(SOON);
            long kept = broker.asking().ask(router -> router.ledger().bytes(Debt.OUTBOUND));
            assertThat(kept).isLessThan(16L * 1024 * 1024);
            goOn.countDown();
            assertThat(ask(connection, "echo.a", NONE)).isNotNull();
            assertThat(service.heard.get() - before).isBetween(20, 200);
        }
    }

    /** Counts what comes in order, once it is let. */
    private static final class Reader implements Service {
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicInteger heard = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        volatile String wrong = "";
        volatile long missed;
        private ServicePort port;

        @Override
        public String name() {
            return "reader";
        }

        @Override
        public ServiceTerms terms() {
            return new ServiceTerms(16 * 1024 * 1024, Duration.ofMinutes(1), false);
        }

        @Override
        public void start(ServicePort newPort) {
            port = newPort;
            port.subscribe(ACCOUNT, "stream.>");
        }

        @Override
        public void onMessage(ServiceMessage message) {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            String expected = "stream." + heard.getAndIncrement();
            if (!message.subject().equals(expected)) {
                wrong = message.subject() + " instead of " + expected;
            }
            refused.addAndGet(message.isRefused() ? 1 : 0);
            missed = port.missed();
        }

        @Override
        public long onPoll(long nowNs) {
            return nowNs + Duration.ofHours(1).toNanos();
        }
    }

    private void until(Callable<Boolean> holds) throws Exception {
        for (long end = System.nanoTime() + SOON.toNanos(); !holds.call(); ) {
            assertThat(System.nanoTime()).as("logged: %s", lines).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Nothing of what a producer has sent is lost or refused, however long the service takes. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldAProducerBackUntilTheServiceReads(Mode mode) throws Exception {
        Reader reader = new Reader();
        start(mode, reader);
        byte[] payload = new byte[10_000];
        int count = 3_200;
        try (Connection producer = connect();
                Connection other = connect()) {
            until(this::hasSubscribed);
            Subscription subscription = other.subscribe("others");
            for (int i = 0; i < count; i++) {
                producer.publish("stream." + i, payload);
            }
            until(() -> stalls() > 0);
            for (int i = 0; i < 100; i++) {
                other.publish("others", payload);
                assertThat(subscription.nextMessage(SOON)).as("others go on").isNotNull();
            }
            assertThat(reader.heard.get()).isZero();
            reader.goOn.countDown();
            producer.flush(SOON);
            until(() -> reader.heard.get() == count);
        }
        assertThat(reader.wrong).isEmpty();
        assertThat(reader.refused.get()).isZero();
        assertThat(reader.missed).isZero();
    }

    private boolean hasSubscribed() throws InterruptedException {
        return broker.asking().ask(router -> router.globalAccount().servicesInterest > 0);
    }

    private long stalls() throws InterruptedException {
        return broker.asking()
                .ask(router -> router.peers().stream().mapToLong(each -> each.stalls).sum());
    }

    /** Each answer is for who has asked, in the order of asking, though many ask at once. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerEachOfManyClientsInOrder(Mode mode) throws Exception {
        start(mode, new Answers());
        List<Thread> askers = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        until(this::hasSubscribed);
        for (int i = 0; i < 4; i++) {
            int asker = i;
            Thread thread =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        if (hasAnswersInOrder(asker)) {
                                            done.incrementAndGet();
                                        }
                                    });
            askers.add(thread);
        }
        for (Thread each : askers) {
            each.join(30_000);
        }
        assertThat(done.get()).isEqualTo(4);
    }

    private boolean hasAnswersInOrder(int asker) {
        int count = 20_000;
        try (Connection connection = connect()) {
            Subscription answers = connection.subscribe("_INBOX." + asker + ".*");
            answers.setPendingLimits(-1, -1);
            for (int i = 0; i < count; i++) {
                connection.publish("ask", "_INBOX." + asker + '.' + i, ("" + i).getBytes(US_ASCII));
            }
            for (int i = 0; i < count; i++) {
                Message answer = answers.nextMessage(SOON);
                if (!answer.getSubject().equals("_INBOX." + asker + '.' + i)
                        || !new String(answer.getData(), US_ASCII).equals("" + i)) {
                    return false;
                }
            }
            return true;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Answers with what it was sent, from where that stands. */
    private static final class Answers implements Service {
        private ServicePort port;

        @Override
        public String name() {
            return "answers";
        }

        @Override
        public void start(ServicePort newPort) {
            port = newPort;
            port.subscribe(ACCOUNT, "ask");
        }

        @Override
        public void onMessage(ServiceMessage message) {
            port.publish(
                    message.from(),
                    message.bytes(),
                    message.replyOffset(),
                    message.replyLength(),
                    message.bytes(),
                    message.payloadOffset(),
                    message.payloadLength());
        }

        @Override
        public long onPoll(long nowNs) {
            return nowNs + Duration.ofHours(1).toNanos();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotHoldUpClientsHoweverMuchItSays(Mode mode) throws Exception {
        AtomicInteger refused = new AtomicInteger();
        start(
                mode,
                new Echo() {
                    @Override
                    public long onPoll(long nowNs) {
                        for (int i = 0; i < 100; i++) {
                            if (!port.publish(ACCOUNT, "flood", "", NONE, new byte[10_000])) {
                                refused.incrementAndGet();
                            }
                        }
                        return nowNs;
                    }
                });
        try (Connection connection = connect()) {
            Subscription flood = connection.subscribe("flood");
            flood.unsubscribe(1);
            assertThat(flood.nextMessage(SOON)).isNotNull();
            for (int i = 0; i < 50 || refused.get() == 0; i++) {
                connection.flush(SOON);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHearNoMoreOfWhatItHasUnsubscribedFrom(Mode mode) throws Exception {
        start(
                mode,
                new Echo() {
                    private int once;

                    @Override
                    public void start(ServicePort newPort) {
                        super.start(newPort);
                        once = port.subscribe(ServicePort.EVERY_ACCOUNT, "once");
                    }

                    @Override
                    public void onMessage(ServiceMessage message) {
                        super.onMessage(message);
                        if (message.sid() == once) {
                            port.unsubscribe(once);
                        }
                    }
                });
        try (Connection connection = connect()) {
            assertThat(ask(connection, "once", NONE)).isNotNull();
            ask(connection, "echo.a", NONE);
            Message none = connection.request("once", NONE, SOON);
            assertThat(none == null || none.isStatusMessage()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBeHeardWithItsLastWords(Mode mode) throws Exception {
        start(
                mode,
                new Echo() {
                    @Override
                    public void stop() {
                        port.publish(
                                ACCOUNT,
                                "last.words",
                                "",
                                NONE,
                                "bye".getBytes(StandardCharsets.UTF_8));
                    }
                });
        try (Connection connection = connect();
                Socket socket =
                        new Socket(
                                InetAddress.getLoopbackAddress(),
                                broker.clients().address().getPort())) {
            socket.setSoTimeout((int) SOON.toMillis());
            ask(connection, "echo.a", NONE);
            socket.getOutputStream()
                    .write("CONNECT {}\r\nSUB last.words 1\r\nPING\r\n".getBytes(US_ASCII));
            StringBuilder heard = new StringBuilder();
            while (heard.indexOf("PONG\r\n") < 0) {
                heard.append((char) socket.getInputStream().read());
            }
            broker.close();
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .contains("MSG last.words 1 3\r\nbye\r\n");
        }
        assertThat(lines).noneMatch(line -> line.contains("did not end"));
    }
}
