package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** Accounts that come and go while clients are in them. */
class AccountReloadIT {
    private static final String A =
            "A { users: [{user: a, password: xxxxxxxxxx}, {user: a2, password: xxxxxxxxxx}] }";
    private static final String B = "B { users: [{user: b, password: xxxxxxxxxx}] }";

    /** The password is as everybody's here, but takes a while to prove. */
    private static final String HASHED =
            "H { users: [{user: h, password:"
                    + " \"$2a$11$dYTyTmZcA5/bDDVQZO01IuuZV.UYxWbYA/8le66JBsJE9moOfIRK6\"}] }";

    private final LogLines log = new LogLines();

    private static String accounts(String... accounts) {
        return "accounts {\n" + String.join("\n", accounts) + "\n}\n";
    }

    private NatsServer start(Mode mode, String config) throws IOException {
        return Modes.start(mode, log, options -> Configured.into(options, config));
    }

    private static void reload(NatsServer server, Mode mode, String config) throws IOException {
        OptionsBuilder options = new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
        Configured.into(options, config);
        Options wanted = options.conclude(2);
        server.reload(wanted);
    }

    private static RawClient connecting(NatsServer server, String user) throws IOException {
        RawClient client = new RawClient(server);
        client.send(
                "CONNECT {\"verbose\":false,\"user\":\"%s\",\"pass\":\"xxxxxxxxxx\"}\r\n"
                        .formatted(user));
        return client;
    }

    private static RawClient login(NatsServer server, String user) throws IOException {
        RawClient client = connecting(server, user);
        client.fence();
        return client;
    }

    private static void expectRefusal(NatsServer server, String user) throws IOException {
        try (RawClient refused = connecting(server, user)) {
            refused.expect("-ERR 'Authorization Violation'\r\n");
            refused.expectClosed();
        }
    }

    /** Closed without an error, as the reference does: a client may come again and find it back. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndThoseOfARemovedAccountAndServeItAnewWhenItIsBack(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts(A, B));
                RawClient other = login(server, "b")) {
            other.send("SUB > 1\r\n");
            other.fence();
            for (int round = 0; round < 3; round++) {
                try (RawClient subscriber = login(server, "a");
                        RawClient publisher = login(server, "a2")) {
                    subscriber.send("SUB x.* 1\r\nSUB x.y q 2\r\n");
                    subscriber.fence();
                    publisher.send("PUB x.z 2\r\nhi\r\n");
                    subscriber.expect("MSG x.z 1 2\r\nhi\r\n");
                    reload(server, mode, accounts(B));
                    subscriber.expectClosed();
                    publisher.expectClosed();
                    expectRefusal(server, "a");
                    other.fence();
                    reload(server, mode, accounts(A, B));
                    try (RawClient again = login(server, "a")) {
                        again.send("SUB x.y 1\r\nPUB x.y 1\r\n!\r\n");
                        again.expect("MSG x.y 1 1\r\n!\r\n");
                        again.fence();
                    }
                }
            }
            log.await("A/user:a2", "Client connection closed: Client Closed");
            Modes.await("those of A are gone", () -> server.clientCount() == 1);
            assertThat(server.subscriptionCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldEndAnonymousClientsOfARemovedAccountWithoutAnError(Mode mode) throws Exception {
        try (NatsServer server = start(mode, accounts(A, B) + "no_auth_user: a\n");
                RawClient anonymous = RawClient.connected(server)) {
            reload(server, mode, accounts(B));
            anonymous.expectClosed();
            log.await("Client connection closed: Client Closed");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetNobodyInWhoseAccountIsRemovedWhileItsPasswordIsProved(Mode mode)
            throws Exception {
        try (NatsServer server = start(mode, accounts(HASHED, B))) {
            List<RawClient> proving = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                proving.add(connecting(server, "h"));
            }
            reload(server, mode, accounts(B));
            reload(server, mode, accounts(HASHED, B));
            reload(server, mode, accounts(B));
            for (RawClient client : proving) {
                try {
                    client.send("SUB > 1\r\nPING\r\n");
                } catch (SocketException e) {
                    // It is closed by now.
                }
                assertThat(client.lineOrReset())
                        .isIn("-ERR 'Authorization Violation'\r\n", "<closed>");
                client.expectClosed();
                client.close();
            }
            Modes.await("all are gone", () -> server.clientCount() == 0);
        }
    }

    /** Whoever removes very many holds nobody up for long. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRemoveVeryManyAccountsAtOnce(Mode mode) throws Exception {
        String[] many = new String[50_000];
        many[0] = B;
        for (int i = 1; i < many.length; i++) {
            many[i] = "M" + i + " {}";
        }
        try (NatsServer server = start(mode, accounts(many));
                RawClient staying = login(server, "b")) {
            reload(server, mode, accounts(B));
            staying.fence();
        }
    }
}
