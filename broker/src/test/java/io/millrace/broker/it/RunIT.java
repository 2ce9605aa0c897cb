package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/** Messages on one subject in a row, which are spread at once: nobody can tell, byte by byte. */
class RunIT {
    private static final int MESSAGES = 500;

    private static String published(String subject, int from, int to) {
        StringBuilder said = new StringBuilder();
        for (int i = from; i < to; i++) {
            String payload = payload(i);
            said.append("PUB ").append(subject).append(' ').append(payload.length());
            said.append("\r\n").append(payload).append("\r\n");
        }
        return said.toString();
    }

    private static String delivered(String subject, String sid, int from, int to) {
        return published(subject, from, to).replace("PUB " + subject, "MSG " + subject + " " + sid);
    }

    /** Of every length up to one that fits into no run with another. */
    private static String payload(int number) {
        return ("" + number + ' ').repeat(number % 50 == 0 ? 1000 : number % 30);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveEachSubscriberAllMessagesInOrder(Mode mode) throws Exception {
        String[] sids = {"1", "1", "22", "1", "333333", "a-sid-that-fits-no-word", "22"};
        List<RawClient> subscribers = new ArrayList<>();
        try (NatsServer server = Modes.start(mode);
                RawClient publisher = RawClient.connected(server)) {
            for (String sid : sids) {
                RawClient subscriber = RawClient.connected(server);
                subscribers.add(subscriber);
                // A sid that is too long has all of a subject's messages spread one by one.
                String subjects = sid.length() > 6 ? "late" : "*";
                subscriber.send("SUB " + subjects + " " + sid + "\r\n");
                subscriber.fence();
            }
            publisher.send(
                    published("early", 0, MESSAGES)
                            + published("late", 0, MESSAGES)
                            + published("early", MESSAGES, MESSAGES + 1));
            publisher.fence();
            for (int i = 0; i < sids.length; i++) {
                if (sids[i].length() <= 6) {
                    subscribers.get(i).expect(delivered("early", sids[i], 0, MESSAGES));
                }
                subscribers.get(i).expect(delivered("late", sids[i], 0, MESSAGES));
                if (sids[i].length() <= 6) {
                    subscribers.get(i).expect(delivered("early", sids[i], MESSAGES, MESSAGES + 1));
                }
                subscribers.get(i).fence();
            }
        } finally {
            for (RawClient subscriber : subscribers) {
                subscriber.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndASubscriptionAmidARun(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient limited = RawClient.connected(server);
                RawClient other = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server)) {
            limited.send("SUB s 1\r\nUNSUB 1 7\r\n");
            limited.fence();
            other.send("SUB s 1\r\n");
            other.fence();
            publisher.send(published("s", 1, 20));
            publisher.fence();
            limited.expect(delivered("s", "1", 1, 8));
            limited.fence();
            other.expect(delivered("s", "1", 1, 20));
            other.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldKeepTheOrderOfTwoSubscriptionsOfOneClient(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient both = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server)) {
            both.send("SUB s.* 1\r\nSUB s.x 2\r\n");
            both.fence();
            publisher.send("PUB s.x 1\r\na\r\n".repeat(10));
            publisher.fence();
            String first = both.line();
            both.expect("a\r\n");
            String second = both.line();
            both.expect("a\r\n");
            assertThat(List.of(first, second))
                    .containsExactlyInAnyOrder("MSG s.x 1 1\r\n", "MSG s.x 2 1\r\n");
            both.expect((first + "a\r\n" + second + "a\r\n").repeat(9));
            both.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHeedWhatComesBetweenMessages(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            client.send(
                    "PUB s 1\r\n0\r\nPUB s 1\r\n1\r\nSUB s 5\r\nPUB s 1\r\n2\r\nPUB s 1\r\n3\r\n"
                            + "SUB * 6\r\nUNSUB 5\r\nPUB s 1\r\n4\r\nPUB s 1\r\n5\r\nPING\r\n"
                            + "PUB s 1\r\n6\r\nPUB s 1\r\n7\r\nUNSUB 6\r\nPUB s 1\r\n8\r\n");
            client.expect("MSG s 5 1\r\n2\r\nMSG s 5 1\r\n3\r\n");
            client.expect("MSG s 6 1\r\n4\r\nMSG s 6 1\r\n5\r\nPONG\r\n");
            client.expect("MSG s 6 1\r\n6\r\nMSG s 6 1\r\n7\r\n");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayOkBeforeEachMessageComesBack(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":true}\r\nSUB s 1\r\n");
            client.expect("+OK\r\n+OK\r\n");
            client.send("PUB s 1\r\na\r\n".repeat(5));
            client.expect("+OK\r\nMSG s 1 1\r\na\r\n".repeat(5));
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseEachMessageThatMayNotBePublished(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false,\"pedantic\":true}\r\nSUB > 1\r\n");
            client.send("PUB s.* 1\r\na\r\n".repeat(3));
            client.expect("-ERR 'Invalid Publish Subject'\r\nMSG s.* 1 1\r\na\r\n".repeat(3));
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhoDoesNotReadAndGiveTheOthersAll(Mode mode) throws Exception {
        int repeats = 40;
        String run = "PUB s 1000\r\n" + "x".repeat(1000) + "\r\n";
        try (NatsServer server = Modes.start(mode, options -> options.maxPending(2_000_000));
                RawClient reading = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server);
                RawClient slow = RawClient.connected(server)) {
            slow.send("SUB s 1\r\n");
            slow.fence();
            reading.send("SUB s 1\r\n");
            reading.fence();
            for (int i = 0; i < repeats; i++) {
                publisher.send(run.repeat(400));
                publisher.fence();
                reading.expect(run.replace("PUB s", "MSG s 1").repeat(400));
            }
            Modes.await("the slow one is gone", () -> server.slowConsumers() == 1);
            reading.fence();
            assertThat(slow.readToEnd()).isLessThan(repeats * 400L * 1000);
        }
    }
}
