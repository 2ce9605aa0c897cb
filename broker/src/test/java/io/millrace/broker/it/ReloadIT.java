package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.auth.UserOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.start.OptionsChange;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Options that change while clients are connected. */
class ReloadIT {
    private final LogLines log = new LogLines();

    private static Options options(Mode mode, Consumer<OptionsBuilder> change) {
        OptionsBuilder options = new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
        change.accept(options);
        return options.conclude(2);
    }

    private static UserOptions user(
            String name, String password, String account, @Nullable PermissionOptions permissions) {
        return new UserOptions(name, false, new Secret(password), permissions, Set.of(), account);
    }

    private static UserOptions user(String name, String password) {
        return user(name, password, "$G", null);
    }

    private static PermissionOptions subscribing(String... allowed) {
        return new PermissionOptions(
                SubjectRules.EVERYTHING, new SubjectRules(List.of(allowed), List.of()), null);
    }

    private static RawClient login(NatsServer server, String user, String password)
            throws Exception {
        RawClient client = new RawClient(server);
        client.send(
                "CONNECT {\"verbose\":false,\"user\":\"%s\",\"pass\":\"%s\"}\r\n"
                        .formatted(user, password));
        client.fence();
        return client;
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldApplyLimitsToClientsThatAreConnected(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, options -> {});
                RawClient client = new RawClient(server)) {
            client.send("CONNECT {\"verbose\":false,\"protocol\":1}\r\nPING\r\n");
            client.expect("PONG\r\n");
            client.line();
            server.reload(options(mode, o -> o.maxPayload(5).maxSubscriptions(1)));
            assertThat(client.line()).startsWith("INFO {").contains("\"max_payload\":5");
            client.send("SUB a 1\r\nSUB b 2\r\nPUB a 5\r\nhello\r\n");
            client.expect("-ERR 'maximum subscriptions exceeded'\r\n");
            client.expect("MSG a 1 5\r\nhello\r\n");
            client.send("PUB a 6\r\n");
            client.expect("-ERR 'Maximum Payload Violation'\r\n");
            client.expectClosed();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseTheNewestBeyondMaxConnections(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, options -> {});
                RawClient first = RawClient.connected(server);
                RawClient second = RawClient.connected(server);
                RawClient third = RawClient.connected(server)) {
            server.reload(options(mode, o -> o.maxConnections(1)));
            second.expect("-ERR 'maximum connections exceeded'\r\n");
            second.expectClosed();
            third.expect("-ERR 'maximum connections exceeded'\r\n");
            third.expectClosed();
            first.fence();
            log.await("Closed 2 connections to fall within max_connections");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhoWouldNotBeLetInAnyMoreAndNobodyElse(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode,
                                log,
                                o ->
                                        o.users(
                                                List.of(
                                                        user("same", "p"),
                                                        user("gone", "p"),
                                                        user("other", "p"),
                                                        user("moved", "p"))));
                RawClient same = login(server, "same", "p");
                RawClient gone = login(server, "gone", "p");
                RawClient other = login(server, "other", "p");
                RawClient moved = login(server, "moved", "p")) {
            same.send("SUB a 1\r\n");
            same.fence();
            server.reload(
                    options(
                            mode,
                            o ->
                                    o.accounts(Set.of("A"))
                                            .users(
                                                    List.of(
                                                            user("same", "p"),
                                                            user("other", "q"),
                                                            user("moved", "p", "A", null)))));
            // Without an error: its user may be back when it comes again.
            gone.expectClosed();
            other.expect("-ERR 'Authorization Violation'\r\n");
            other.expectClosed();
            moved.expectClosed();
            same.send("PUB a 2\r\nok\r\n");
            same.expect("MSG a 1 2\r\nok\r\n");
            log.await("cid:2", "Client connection closed: Client Closed");
            log.await("cid:3", "Client connection closed: Authentication Failure");
            log.await("cid:4", "Client connection closed: Client Closed");
            login(server, "other", "q").close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseClientsThatNeedNotSayWhoTheyWereWhenTheyMust(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, options -> {});
                RawClient connected = RawClient.connected(server);
                RawClient silent = new RawClient(server)) {
            server.reload(options(mode, o -> o.token(new Secret("t"))));
            for (RawClient client : List.of(connected, silent)) {
                client.expect("-ERR 'Authorization Violation'\r\n");
                client.expectClosed();
            }
            try (RawClient late = new RawClient(server)) {
                assertThat(late.info()).contains("\"auth_required\":true");
                late.send("CONNECT {\"verbose\":false,\"auth_token\":\"t\"}\r\n");
                late.fence();
            }
            server.reload(options(mode, o -> {}));
            RawClient.connected(server).close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveClientsAloneThatAreAboutToLogIn(Mode mode) throws Exception {
        Consumer<OptionsBuilder> users = o -> o.users(List.of(user("u", "p")));
        try (NatsServer server = Modes.start(mode, log, users);
                RawClient late = new RawClient(server)) {
            server.reload(options(mode, users.andThen(o -> o.maxPayload(7))));
            late.send("CONNECT {\"verbose\":false,\"user\":\"u\",\"pass\":\"p\"}\r\n");
            late.fence();
            late.send("PUB a 8\r\n");
            late.expect("-ERR 'Maximum Payload Violation'\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeSubscriptionsAwayThatAreNotAllowedAnyMore(Mode mode) throws Exception {
        try (NatsServer server =
                        Modes.start(
                                mode, log, o -> o.users(List.of(user("u", "p"), user("v", "p"))));
                RawClient client = login(server, "u", "p");
                RawClient publisher = login(server, "v", "p")) {
            client.send("SUB a 1\r\nSUB b q 2\r\nSUB c 3\r\n");
            client.fence();
            server.reload(
                    options(
                            mode,
                            o ->
                                    o.users(
                                            List.of(
                                                    user("u", "p", "$G", subscribing("a")),
                                                    user("v", "p")))));
            assertThat(List.of(client.line(), client.line()))
                    .containsExactlyInAnyOrder(
                            "-ERR 'Permissions Violation for Subscription to \"b\" using queue"
                                    + " \"q\" (sid \"2\")'\r\n",
                            "-ERR 'Permissions Violation for Subscription to \"c\" (sid"
                                    + " \"3\")'\r\n");
            publisher.send("PUB b 1\r\nx\r\nPUB c 1\r\nx\r\nPUB a 1\r\nx\r\n");
            publisher.fence();
            client.expect("MSG a 1 1\r\nx\r\n");
            client.fence();
            log.await("Removed sub \"c\" (sid \"3\") for User \"u\" - not authorized");
        }
    }

    /** A request that came before may still be answered after a reload that changes nothing. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldForgetNoPermitToAnswer(Mode mode) throws Exception {
        Consumer<OptionsBuilder> users =
                o ->
                        o.users(
                                List.of(
                                        user("v", "p"),
                                        user(
                                                "r",
                                                "p",
                                                "$G",
                                                new PermissionOptions(
                                                        SubjectRules.EVERYTHING,
                                                        SubjectRules.EVERYTHING,
                                                        new ResponseRule(
                                                                1, Duration.ofMinutes(1))))));
        try (NatsServer server = Modes.start(mode, log, users);
                RawClient responder = login(server, "r", "p");
                RawClient requester = login(server, "v", "p")) {
            responder.send("SUB req 1\r\n");
            responder.fence();
            requester.send("SUB reply 1\r\nPUB req reply 1\r\n?\r\n");
            responder.expect("MSG req 1 reply 1\r\n?\r\n");
            server.reload(options(mode, users.andThen(o -> o.maxPayload(1000))));
            responder.send("PUB reply 1\r\n!\r\n");
            requester.expect("MSG reply 1 1\r\n!\r\n");
            responder.send("PUB reply 1\r\n!\r\n");
            responder.expect("-ERR 'Permissions Violation for Publish to \"reply\"'\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhatNeedsARestartAndApplyTheRest(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, log, options -> {})) {
            List<OptionsChange> changes =
                    server.reload(options(mode, o -> o.serverName("n").maxPayload(7)));
            assertThat(changes.stream().map(OptionsChange::text))
                    .containsExactly(
                            "config reload not supported for server_name: old=, new=n",
                            "Reloaded: max_payload = 7");
            assertThat(server.options().identity().serverName()).isEmpty();
            assertThat(server.options().limits().maxPayloadBytes()).isEqualTo(7);
            server.reload(options(mode, o -> o.serverName("n").maxPayload(9).strictReload(true)));
            assertThat(server.options().limits().maxPayloadBytes()).isEqualTo(7);
        }
    }
}
