package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.auth.PasswordHash;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Those who guess passwords wait for each other; who has the right one doesn't wait for them. */
@Timeout(120)
class PasswordGuessingIT {
    private static final String VIOLATION = "-ERR 'Authorization Violation'\r\n";
    private static final String TIMEOUT = "-ERR 'Authentication Timeout'\r\n";
    private static final int CROWD = 100;

    /** Some hundred milliseconds for each look. */
    private static final String DEAR =
            PasswordHash.of("right".getBytes(StandardCharsets.US_ASCII), 10);

    /** Some ten seconds for each look. */
    private static final String TOO_DEAR = DEAR.replace("$10$", "$17$");

    private final List<RawClient> crowd = new ArrayList<>();

    /** A server with plenty of time for each, so that nothing depends on the machine's pace. */
    private static NatsServer start(Mode mode) throws Exception {
        return start(mode, DEAR, 40);
    }

    private static NatsServer start(Mode mode, String hash, int timeoutS) throws Exception {
        String users =
                """
                authorization {
                  timeout: %d
                  users: [ {user: ann, password: "%s"}, {user: joe, password: "%s"} ]
                }
                """
                        .formatted(timeoutS, hash, hash);
        return Modes.start(mode, options -> Configured.into(options, users));
    }

    private static String connect(String user, String password) {
        return "CONNECT {\"verbose\":false,\"user\":\"%s\",\"pass\":\"%s\"}\r\nPING\r\n"
                .formatted(user, password);
    }

    private static RawClient from(String address, NatsServer server) throws Exception {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        socket.setSoTimeout(RawClient.TIMEOUT_MS);
        return new RawClient(socket);
    }

    private void guess(NatsServer server, String address, String user) throws Exception {
        for (int i = 0; i < CROWD; i++) {
            RawClient client = from(address, server);
            crowd.add(client);
            client.send(connect(user, "guess" + crowd.size()));
        }
    }

    private void leave() throws Exception {
        for (RawClient client : crowd) {
            client.close();
        }
    }

    /** From elsewhere, as another user, and even from the same place as the same user. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetTheRightPasswordInWhileACrowdGuesses(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            guess(server, "127.0.0.1", "ann");
            try (RawClient elsewhere = from("127.0.0.2", server);
                    RawClient other = from("127.0.0.1", server);
                    RawClient same = from("127.0.0.1", server)) {
                elsewhere.send(connect("ann", "right"));
                other.send(connect("joe", "right"));
                same.send(connect("ann", "right"));
                elsewhere.expect("PONG\r\n");
                other.expect("PONG\r\n");
                same.expect("PONG\r\n");
            }
            for (RawClient client : crowd) {
                assertThat(client.line()).isIn(VIOLATION, TIMEOUT);
                client.expectClosed();
            }
        } finally {
            leave();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetInAtOnceWhoWasInBefore(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            try (RawClient client = from("127.0.0.1", server)) {
                client.send(connect("ann", "right"));
                client.expect("PONG\r\n");
            }
            guess(server, "127.0.0.1", "ann");
            for (int i = 0; i < CROWD; i++) {
                try (RawClient client = from("127.0.0.1", server)) {
                    client.send(connect("ann", "right"));
                    client.expect("PONG\r\n");
                }
            }
        } finally {
            leave();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseTheSameWrongPasswordWithoutLookingAtItAgain(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            for (int i = 0; i < CROWD; i++) {
                try (RawClient client = from("127.0.0.1", server)) {
                    client.send(connect("ann", "wrong"));
                    client.expect(VIOLATION);
                    client.expectClosed();
                }
            }
        }
    }

    /** A thousand that come back at once after a restart are no crowd of guessers. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetInAllWhoComeAtOnceWithTheSamePassword(Mode mode) throws Exception {
        try (NatsServer server = start(mode)) {
            for (int i = 0; i < 1_000; i++) {
                RawClient client = from("127.0.0.1", server);
                crowd.add(client);
                client.send(connect("ann", "right"));
            }
            for (RawClient client : crowd) {
                client.expect("PONG\r\n");
            }
        } finally {
            leave();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTurnAwayWhoseProofTakesLongerThanTheTimeForIt(Mode mode) throws Exception {
        try (NatsServer server = start(mode, TOO_DEAR, 1)) {
            for (int i = 0; i < 5; i++) {
                RawClient client = from("127.0.0.1", server);
                crowd.add(client);
                client.send(connect("ann", "right" + i));
            }
            for (RawClient client : crowd) {
                client.expect(TIMEOUT);
                client.expectClosed();
            }
            Modes.await("all are gone", () -> server.clientCount() == 0);
        } finally {
            leave();
        }
    }
}
