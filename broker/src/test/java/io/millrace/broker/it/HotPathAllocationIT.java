package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/** The way of a message makes no garbage: counted over a million messages, per thread. */
class HotPathAllocationIT {
    private static final int MESSAGES = 1_000_000;
    private static final int BATCH = 1000;

    /** How often it is counted again while it isn't what it should be. */
    private static final int MORE = 3;

    /** More than there is: nobody is too slow, however long a thread is held up. */
    private static final long MAX_PENDING = 512L * 1024 * 1024;

    /**
     * The smallest object takes 8 to 16 bytes, so less than one byte is none per message; what is
     * left comes per blocked write and per wake-up.
     */
    private static final double BYTES_PER_MESSAGE = 1;

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotAllocatePerMessage(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, options -> options.maxPending(MAX_PENDING));
                RawClient subscriber = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server)) {
            subscriber.send("SUB hot.* 1\r\nSUB hot.path group 2\r\n");
            shouldNotAllocate(publisher, subscriber, 1);
        }
    }

    /** Each message is looked up twice, for the publisher and for each subscription. */
    @ParameterizedTest
    @CsvSource({"INLINE, 1", "INLINE, 1000", "DEDICATED, 1", "DEDICATED, 1000"})
    void shouldNotAllocatePerMessageThatIsChecked(Mode mode, int subjects) throws Exception {
        String config =
                """
                authorization { users: [
                  {user: p, password: x, permissions: {publish: {allow: "hot.*", deny: "hot.x"}}}
                  {user: s, password: x, permissions: {subscribe: {deny: ["hot.x", "hot.y g*"]}}}
                ]}
                """;
        try (NatsServer server =
                        Modes.start(
                                mode,
                                options ->
                                        Configured.into(options.maxPending(MAX_PENDING), config));
                RawClient subscriber = new RawClient(server);
                RawClient publisher = new RawClient(server)) {
            subscriber.send(connect("s") + "SUB hot.* 1\r\nSUB hot.* group 2\r\n");
            publisher.send(connect("p") + "PUB hot.x 1\r\nx\r\n");
            publisher.expect("-ERR 'Permissions Violation for Publish to \"hot.x\"'\r\n");
            shouldNotAllocate(publisher, subscriber, subjects);
        }
    }

    private static String connect(String user) {
        return "CONNECT {\"verbose\":false,\"pedantic\":false,\"user\":\""
                + user
                + "\",\"pass\":\"x\"}\r\n";
    }

    private static void shouldNotAllocate(RawClient publisher, RawClient subscriber, int subjects)
            throws Exception {
        subscriber.fence();
        publisher.fence();
        stream(publisher, subscriber, MESSAGES, subjects);
        double perMessage = perMessage(publisher, subscriber, subjects);
        // On a busy machine the last compiler may have got to some of it only now.
        for (int i = 0; i < MORE && perMessage >= BYTES_PER_MESSAGE; i++) {
            perMessage = perMessage(publisher, subscriber, subjects);
        }
        assertThat(perMessage).isLessThan(BYTES_PER_MESSAGE);
    }

    private static double perMessage(RawClient publisher, RawClient subscriber, int subjects)
            throws Exception {
        long before = allocated();
        stream(publisher, subscriber, MESSAGES, subjects);
        return (allocated() - before) / (double) MESSAGES;
    }

    private static void stream(
            RawClient publisher, RawClient subscriber, int messages, int subjects)
            throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < BATCH; i++) {
            String subject = subjects == 1 ? "hot.path" : "hot." + (1000 + i % subjects);
            text.append("PUB ").append(subject).append(" reply 16\r\n0123456789abcdef\r\n");
        }
        byte[] batch = text.toString().getBytes();
        int expected =
                "MSG hot.path 1 reply 16\r\n0123456789abcdef\r\nMSG hot.path 2 reply 16\r\n0123456789abcdef\r\n"
                        .length();
        Thread writer =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        for (int i = 0; i < messages / BATCH; i++) {
                                            publisher.send(batch);
                                        }
                                    } catch (java.io.IOException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
        subscriber.skip((long) expected * messages);
        assertThat(writer.join(Duration.ofSeconds(60))).isTrue();
    }

    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(
                        thread ->
                                thread.getName().startsWith("millrace-io")
                                        || thread.getName().startsWith("millrace-router"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.threadId()))
                .sum();
    }
}
