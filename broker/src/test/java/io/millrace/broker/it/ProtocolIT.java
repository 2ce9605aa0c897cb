package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProtocolIT {
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldAnswerVerboselyBeforeConnect(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = new RawClient(server)) {
            client.send("SUB foo 1\r\n");
            client.expect("+OK\r\n");
            client.send("PUB foo 2\r\nhi\r\n");
            client.expect("+OK\r\nMSG foo 1 2\r\nhi\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSendConnectInfoAfterFirstPingOfNewerClients(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\nPING\r\n");
            client.expect("PONG\r\n");
            assertThat(client.line())
                    .startsWith("INFO {\"server_id\":\"" + server.id())
                    .contains("\"connect_info\":true,\"remote_account\":\"$G\"");
            client.expect("PONG\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPingNewClientsUnaskedLongBeforeTheInterval(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false}\r\n");
            client.expect("PING\r\n");
            client.send("PONG\r\n");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDeliverToEverySubscriptionThatMatches(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient subscriber = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server)) {
            subscriber.send("SUB a.b 1\r\n");
            subscriber.send("sub\ta.* 22\r\nSUB  >   333\r\nSUB a.b.c 4\r\nSUB *.c 5\r\n");
            subscriber.fence();
            publisher.send("PUB a.b reply.to 5\r\nhello\r\n");
            publisher.fence();
            String all = subscriber.line() + subscriber.line();
            all += subscriber.line() + subscriber.line();
            all += subscriber.line() + subscriber.line();
            assertThat(all)
                    .contains("MSG a.b 1 reply.to 5\r\nhello\r\n")
                    .contains("MSG a.b 22 reply.to 5\r\nhello\r\n")
                    .contains("MSG a.b 333 reply.to 5\r\nhello\r\n");
            subscriber.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPassHeadersAndLeaveThemOutForClientsWithout(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient with = RawClient.connected(server);
                RawClient without = new RawClient(server)) {
            without.send("CONNECT {\"verbose\":false}\r\nSUB h 7\r\n");
            without.fence();
            with.send("SUB h 1\r\nHPUB h r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
            with.expect("HMSG h 1 r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
            without.expect("MSG h 7 r 2\r\nhi\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRewriteOddBlanks(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            client.send("SUB foo 1\r\npub \t foo\t \treply   002 \r\nhi\r\n");
            client.expect("MSG foo 1 reply 2\r\nhi\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldUnsubscribeAfterExactlyTheMaximum(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            client.send("SUB foo 1\r\nUNSUB 1 2\r\n" + "PUB foo 1\r\nx\r\n".repeat(5));
            client.expect("MSG foo 1 1\r\nx\r\n".repeat(2));
            client.fence();
            client.send("SUB foo 2\r\nPUB foo 0\r\n\r\nUNSUB 2 1\r\nPUB foo 0\r\n\r\n");
            client.expect("MSG foo 2 0\r\n\r\n");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotEchoWhenAskedNotTo(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = new RawClient(server);
                RawClient other = RawClient.connected(server)) {
            client.send("CONNECT {\"verbose\":false,\"echo\":false}\r\nSUB foo 1\r\n");
            client.send("PUB foo 0\r\n\r\n");
            client.fence();
            other.send("PUB foo 1\r\nx\r\n");
            client.expect("MSG foo 1 1\r\nx\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTellRequesterThatNobodyListens(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            client.send("SUB inbox.* 9\r\nPUB nobody inbox.1 2\r\nhi\r\n");
            client.expect(
                    "HMSG inbox.1 9 38 38\r\nNATS/1.0 503\r\nNats-Subject: nobody\r\n\r\n\r\n");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldGiveEachMessageToOneMemberOfQueueGroup(Mode mode) throws Exception {
        int messages = 3000;
        try (NatsServer server = Modes.start(mode);
                RawClient first = RawClient.connected(server);
                RawClient second = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server)) {
            first.send("SUB work group 1\r\n");
            second.send("SUB work group 1\r\n");
            first.fence();
            second.fence();
            publisher.send("PUB work 1\r\nx\r\n".repeat(messages));
            publisher.fence();
            int share = countUntilPong(first);
            assertThat(share + countUntilPong(second)).isEqualTo(messages);
            // 27 standard deviations from the mean are too many for chance.
            assertThat(share).isBetween(messages / 4, 3 * messages / 4);
        }
    }

    private static int countUntilPong(RawClient client) throws Exception {
        client.send("PING\r\n");
        int count = 0;
        while (client.line().startsWith("MSG")) {
            client.expect("x\r\n");
            count++;
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldUnderstandCommandsCutAtEveryByte(Mode mode) throws Exception {
        byte[] commands =
                "SUB foo 1\r\nPUB foo 5\r\nhello\r\nUNSUB 1\r\nPUB foo 0\r\n\r\n".getBytes();
        try (NatsServer server = Modes.start(mode);
                RawClient client = RawClient.connected(server)) {
            for (byte b : commands) {
                client.send(new byte[] {b});
            }
            client.expect("MSG foo 1 5\r\nhello\r\n");
            client.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCarryPayloadsOfEverySize(Mode mode) throws Exception {
        int[] sizes = {
            0, 1, 4070, 4080, 4088, 4089, 65_500, 65_520, 65_528, 65_536, 65_537, 100_000, 1_048_576
        };
        byte[] payload = new byte[1_048_576];
        new java.util.Random(7).nextBytes(payload);
        try (NatsServer server = Modes.start(mode);
                RawClient subscriber = RawClient.connected(server);
                RawClient publisher = RawClient.connected(server)) {
            subscriber.send("SUB big 1\r\n");
            subscriber.fence();
            for (int size : sizes) {
                publisher.send("PUB big " + size + "\r\n");
                publisher.send(java.util.Arrays.copyOf(payload, size));
                publisher.send("\r\n");
                subscriber.expect("MSG big 1 " + size + "\r\n");
                assertThat(subscriber.read(size)).isEqualTo(java.util.Arrays.copyOf(payload, size));
                subscriber.expect("\r\n");
            }
        }
    }
}
