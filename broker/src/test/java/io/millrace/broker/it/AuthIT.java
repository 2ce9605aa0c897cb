package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.NatsServer;
import io.millrace.broker.auth.PasswordHash;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.nats.client.AuthHandler;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.NKey;
import io.nats.client.Nats;
import io.nats.client.Options;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Who gets in, with the exact answers, and what becomes of those who don't. */
@SuppressWarnings("try") // closing a jnats connection may be interrupted
class AuthIT {
    private static final String VIOLATION = "-ERR 'Authorization Violation'\r\n";
    private static final String TIMEOUT = "-ERR 'Authentication Timeout'\r\n";

    /** Of T0pS3cr3t, at the lowest cost. */
    private static final String HASH =
            "$2b$04$SnqXioj2hy1agUu2m20twec7DKQC6ZXRz2OCp5t0cHx3as/t7V/gi";

    private static final String USERS =
            """
            authorization {
              users: [
                {user: joe, password: pw}
                {user: ann, password: "%s"}
                {user: ws, password: pw, allowed_connection_types: [WEBSOCKET]}
              ]
            }
            """
                    .formatted(HASH);

    private static NatsServer start(Mode mode, String config) throws Exception {
        return Modes.start(mode, options -> Configured.into(options, config));
    }

    private static String connect(String credentials) {
        return "CONNECT {\"verbose\":false," + credentials + "}\r\n";
    }

    private static String user(String name, String password) {
        return connect("\"user\":\"" + name + "\",\"pass\":\"" + password + "\"");
    }

    private static void shouldBeRefused(NatsServer server, String sent, String answer)
            throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(sent);
            client.expect(answer);
            client.expectClosed();
        }
    }

    private static void shouldBeLetIn(NatsServer server, String sent) throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(sent + "PING\r\n");
            client.expect("PONG\r\n");
            client.fence();
        }
    }

    // --- abuse

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseOnAnyVerbBeforeConnect(Mode mode) throws Exception {
        try (NatsServer server = start(mode, USERS)) {
            for (String verb :
                    new String[] {
                        "PING\r\n",
                        "PONG\r\n",
                        "PUB a 1\r\nx\r\n",
                        "HPUB a 12 13\r\nNATS/1.0\r\n\r\nx\r\n",
                        "SUB a 1\r\n",
                        "UNSUB 1\r\n",
                        "INFO {}\r\n",
                        "+OK\r\n",
                        "-ERR x\r\n",
                        "FOO\r\n",
                        "\r\n",
                        " CONNECT {}\r\n",
                        "GET / HTTP/1.1\r\n\r\n",
                        "\u0016\u0003\u0001\u0002\u0000",
                        "P"
                    }) {
                shouldBeRefused(server, verb, VIOLATION);
            }
            shouldBeRefused(server, "COFFEE\r\n", "-ERR 'Unknown Protocol Operation'\r\n");
            shouldBeRefused(server, "CONNECT {bad\r\n", "");
            assertThat(server.subscriptionCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseOnWrongCredentials(Mode mode) throws Exception {
        try (NatsServer server = start(mode, USERS);
                RawClient bystander = new RawClient(server)) {
            bystander.send(user("joe", "pw"));
            for (String said :
                    new String[] {
                        user("joe", "PW"),
                        user("joe", ""),
                        user("zoe", "pw"),
                        user("ann", "t0ps3cr3t"),
                        user("ann", HASH),
                        user("ws", "pw"),
                        connect("\"pass\":\"pw\""),
                        connect("\"auth_token\":\"pw\""),
                        connect("\"jwt\":\"e.y.j\",\"nkey\":\"U\",\"sig\":\"x\""),
                        connect("\"x\":1"),
                    }) {
                shouldBeRefused(server, said + "PING\r\nSUB a 1\r\n", VIOLATION);
            }
            bystander.fence();
            Modes.await("all others are gone", () -> server.clientCount() == 1);
            assertThat(server.subscriptionCount()).isZero();
        }
    }

    /** CVE-2022-24450: a client that chose its account got into any, even the system's. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNotLetClientsChooseTheirAccount(Mode mode) throws Exception {
        try (NatsServer server = start(mode, USERS)) {
            for (String account :
                    new String[] {
                        "\"account\":\"$SYS\"", "\"account\":\"$G\"", "\"new_account\":true"
                    }) {
                shouldBeRefused(
                        server, connect("\"user\":\"joe\",\"pass\":\"pw\"," + account), VIOLATION);
                shouldBeRefused(
                        server,
                        connect("\"user\":\"ann\",\"pass\":\"T0pS3cr3t\"," + account),
                        VIOLATION);
            }
            shouldBeLetIn(
                    server,
                    connect(
                            "\"user\":\"joe\",\"pass\":\"pw\",\"account\":\"\","
                                    + "\"new_account\":false"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseClientsThatDontSayWhoTheyAreInTime(Mode mode) throws Exception {
        try (NatsServer server =
                start(mode, "authorization {timeout: '300ms', user: joe, password: pw}")) {
            shouldBeRefused(server, "", TIMEOUT);
            shouldBeRefused(server, "CONNECT {\"user\":\"joe\",", TIMEOUT);
            try (RawClient inTime = RawClient.inTime(server.port(), user("joe", "pw"))) {
                shouldBeRefused(server, "C", TIMEOUT);
                inTime.fence();
            }
        }
    }

    /** GHSA-g33f: a short key or signature was the end of the server. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldRefuseNkeysAndSignaturesOfAnyForm(Mode mode) throws Exception {
        NKey key = NKey.createUser(null);
        String name = new String(key.getPublicKey());
        try (NatsServer server =
                start(mode, "authorization {users: [{nkey: %s}]}".formatted(name))) {
            String good = "A".repeat(86);
            for (String nkey :
                    new String[] {name, "U", "UA", name.substring(1), name + "A", "\\u0000"}) {
                for (String signature :
                        new String[] {"", "A", "AA", good, good + "AA", "!!", "\\u00e9"}) {
                    shouldBeRefused(
                            server,
                            connect("\"nkey\":\"" + nkey + "\",\"sig\":\"" + signature + "\""),
                            VIOLATION);
                }
            }
            shouldBeLetInWith(server, key);
        }
    }

    private static void shouldBeLetInWith(NatsServer server, NKey key) throws Exception {
        try (RawClient client = new RawClient(server)) {
            String nonce = client.info().replaceAll(".*\"nonce\":\"([^\"]*)\".*\\s*", "$1");
            byte[] signature = key.sign(nonce.getBytes(StandardCharsets.US_ASCII));
            String connect =
                    connect(
                            "\"nkey\":\"%s\",\"sig\":\"%s\""
                                    .formatted(
                                            new String(key.getPublicKey()),
                                            Base64.getUrlEncoder()
                                                    .withoutPadding()
                                                    .encodeToString(signature)));
            client.send(connect);
            client.fence();
            shouldBeRefused(server, connect, VIOLATION);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldNeverLogSecrets(Mode mode) throws Exception {
        LogLines log = new LogLines();
        NKey key = NKey.createUser(null);
        String config =
                """
                authorization { users: [
                  {user: joe, password: s3cret-1}, {user: ann, password: "%s"}, {nkey: %s}
                ]}
                """
                        .formatted(HASH, new String(key.getPublicKey()));
        try (NatsServer server =
                Modes.start(mode, log, options -> Configured.into(options, config))) {
            shouldBeLetIn(server, user("joe", "s3cret-1"));
            shouldBeLetIn(server, user("ann", "T0pS3cr3t"));
            shouldBeLetInWith(server, key);
            for (String said :
                    new String[] {
                        user("joe", "s3cret-2"),
                        user("ann", "s3cret-3"),
                        user("zoe", "s3cret-4"),
                        connect("\"auth_token\":\"s3cret-5\""),
                        connect("\"jwt\":\"s3cret-6\""),
                        connect("\"nkey\":\"U\",\"sig\":\"s3cret-7\""),
                        connect("\"user\":\"joe\",\"pass\":\"s3cret-8\",\"account\":\"A\""),
                        connect("\"pass\" : \"s3cret, \\\"s3cret } s3cret\""),
                    }) {
                shouldBeRefused(server, said, VIOLATION);
            }
            shouldBeRefused(server, "CONNECT {\"pass\":\"s3cret-9\",\r\n", "");
            log.await("authentication error - User \"zoe\"");
            log.await("Client connection closed: Authentication Failure");
            assertThat(log.all())
                    .noneMatch(line -> line.contains("s3cret") || line.contains("T0pS3cr3t"))
                    .noneMatch(line -> line.contains("$2b$"))
                    .anyMatch(line -> line.contains("[REDACTED]"));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayInTheLogWhoWasTurnedAway(Mode mode) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server =
                Modes.start(mode, log, options -> Configured.into(options, USERS))) {
            shouldBeRefused(server, user("z\\\"o\\ne", "x"), VIOLATION);
            shouldBeRefused(server, connect("\"nkey\":\"UX\""), VIOLATION);
            shouldBeRefused(server, "PING\r\n", VIOLATION);
            log.await("[ERR]", " - cid:1 - authentication error - User \"z\\\"o\\ne\"");
            log.await("[ERR]", " - cid:2 - authentication error - Nkey \"UX\"");
            assertThat(log.await("[ERR]", " - cid:3 - authentication error"))
                    .endsWith("authentication error");
        }
    }

    // --- each kind of credentials

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayInInfoWhetherClientsMustSayWhoTheyAre(Mode mode) throws Exception {
        record Case(String config, boolean required, boolean nonce) {}
        String nkey = new String(NKey.createUser(null).getPublicKey());
        for (Case each :
                List.of(
                        new Case("", false, false),
                        new Case("authorization {token: t}", true, false),
                        new Case(USERS, true, false),
                        new Case("no_auth_user: joe\n" + USERS, false, false),
                        new Case("authorization {users: [{nkey: " + nkey + "}]}", true, true),
                        new Case("accounts {$SYS {users: [{user: a}]}}", true, false))) {
            try (NatsServer server = start(mode, each.config);
                    RawClient client = new RawClient(server)) {
                assertThat(client.info().contains("\"auth_required\":true"))
                        .as(each.config)
                        .isEqualTo(each.required);
                assertThat(client.info().matches("(?s).*\"nonce\":\"[A-Za-z0-9_-]{15}\".*"))
                        .as(each.config)
                        .isEqualTo(each.nonce);
            }
        }
    }

    private static void shouldConnect(NatsServer server, Consumer<Options.Builder> how)
            throws Exception {
        Options.Builder options = JavaClients.options(server.clientUrl());
        how.accept(options);
        try (Connection connection = Nats.connect(options.build())) {
            assertThat(connection.RTT()).isPositive();
        }
    }

    private static void shouldNotConnect(NatsServer server, Consumer<Options.Builder> how) {
        // What it is told doesn't keep the client from waiting for more until the time is over.
        Consumer<Options.Builder> impatient =
                how.andThen(options -> options.connectionTimeout(Duration.ofSeconds(2)));
        assertThatThrownBy(() -> shouldConnect(server, impatient))
                .isInstanceOf(AuthenticationException.class);
    }

    private static char[] chars(String text) {
        return text.toCharArray();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetJavaClientsInWithPasswordsPlainAndHashed(Mode mode) throws Exception {
        try (NatsServer server = start(mode, USERS)) {
            shouldConnect(server, o -> o.userInfo(chars("joe"), chars("pw")));
            shouldConnect(server, o -> o.userInfo(chars("ann"), chars("T0pS3cr3t")));
            shouldNotConnect(server, o -> o.userInfo(chars("ann"), chars("pw")));
        }
        try (NatsServer server = start(mode, "authorization {user: a, password: b}")) {
            shouldConnect(server, o -> o.userInfo(chars("a"), chars("b")));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetJavaClientsInWithTokensPlainAndHashed(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "authorization {token: 'tok en'}")) {
            shouldConnect(server, o -> o.token(chars("tok en")));
        }
        try (NatsServer server = start(mode, "authorization {token: \"%s\"}".formatted(HASH))) {
            shouldConnect(server, o -> o.token(chars("T0pS3cr3t")));
            shouldNotConnect(server, o -> o.token(chars(HASH)));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetJavaClientsInWithNkeys(Mode mode) throws Exception {
        NKey known = NKey.createUser(null);
        NKey other = NKey.createUser(null);
        String config =
                "authorization {users: [{nkey: %s}, {user: joe, password: pw}]}"
                        .formatted(new String(known.getPublicKey()));
        try (NatsServer server = start(mode, config)) {
            shouldConnect(server, o -> o.authHandler(new Signer(known, known)));
            shouldConnect(server, o -> o.userInfo(chars("joe"), chars("pw")));
            shouldNotConnect(server, o -> o.authHandler(new Signer(known, other)));
        }
    }

    /** Says it has one key and signs with another, or the same. */
    private record Signer(NKey claimed, NKey key) implements AuthHandler {
        @Override
        public byte[] sign(byte[] nonce) {
            try {
                return key.sign(nonce);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public char[] getID() {
            try {
                return claimed.getPublicKey();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public char[] getJWT() {
            return new char[0];
        }
    }

    // --- without credentials

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeClientsThatSayNothingForTheNoAuthUser(Mode mode) throws Exception {
        String config =
                """
                no_auth_user: anon
                accounts {
                  A { users: [{user: anon, password: x, permissions: {publish: {deny: secret}}}] }
                }
                """;
        try (NatsServer server = start(mode, config);
                RawClient silent = new RawClient(server);
                RawClient polite = new RawClient(server)) {
            silent.send("SUB a 1\r\nPUB a 1\r\nx\r\nPUB secret 1\r\nx\r\nPING\r\n");
            silent.expect(
                    "+OK\r\n+OK\r\nMSG a 1 1\r\nx\r\n"
                            + "-ERR 'Permissions Violation for Publish to \"secret\"'\r\nPONG\r\n");
            polite.send("CONNECT {\"verbose\":false}\r\nPUB a 1\r\ny\r\nPUB secret 1\r\nx\r\n");
            polite.expect("-ERR 'Permissions Violation for Publish to \"secret\"'\r\n");
            polite.fence();
            silent.expect("MSG a 1 1\r\ny\r\n");
            shouldBeRefused(server, user("anon", "y"), VIOLATION);
            shouldBeRefused(server, user("", "x"), VIOLATION);
            shouldBeLetIn(server, user("anon", "x"));
        }
    }

    /** GHSA-38x3: the way around CONNECT led around the kinds of connection, too. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldHoldTheNoAuthUserToItsKindsOfConnection(Mode mode) throws Exception {
        try (NatsServer server = start(mode, "no_auth_user: ws\n" + USERS)) {
            shouldBeRefused(server, "PING\r\n", VIOLATION);
            shouldBeRefused(server, "CONNECT {}\r\n", VIOLATION);
        }
    }

    /** As in the reference only CONNECT gets a client this far. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTakeClientsThatSayNothingForTheNkeyOfTheNoAuthUser(Mode mode) throws Exception {
        String key = new String(NKey.createUser(null).getPublicKey());
        String config = "no_auth_user: %s, accounts {A {users: [{nkey: %s}]}}".formatted(key, key);
        try (NatsServer server = start(mode, config)) {
            shouldBeRefused(server, "PING\r\n", VIOLATION);
            shouldBeLetIn(server, "CONNECT {\"verbose\":false}\r\n");
        }
    }

    /** CVE-2023-47090: users of the system account alone opened the server to everybody. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLetNobodyInWithoutCredentialsWhereThereIsAnAuthorizationBlock(Mode mode)
            throws Exception {
        String system = "accounts {$SYS {users: [{user: admin, password: pw}]}}\n";
        try (NatsServer server = start(mode, system + "authorization {}")) {
            shouldBeRefused(server, "PING\r\n", VIOLATION);
            shouldBeRefused(server, "CONNECT {}\r\n", VIOLATION);
            shouldBeLetIn(server, user("admin", "pw"));
        }
        try (NatsServer server = start(mode, system);
                RawClient admin = new RawClient(server)) {
            admin.send(user("admin", "pw") + "SUB * 1\r\n");
            admin.fence();
            shouldBeLetIn(server, "");
            shouldBeLetIn(server, "CONNECT {\"verbose\":false}\r\nPUB a 1\r\nx\r\n");
            shouldBeRefused(server, user("admin", "x"), VIOLATION);
            admin.fence();
        }
    }

    // --- proofs that take long

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldDoWhatFollowsASlowLoginAfterItAndInOrder(Mode mode) throws Exception {
        String config =
                "authorization {timeout: 60, users: [{user: ann, password: \"%s\"}, {user: joe, password: pw}]}"
                        .formatted(PasswordHash.of("x".getBytes(StandardCharsets.US_ASCII), 10));
        try (NatsServer server = start(mode, config);
                RawClient client = new RawClient(server)) {
            int size = 300_000;
            String payload = "y".repeat(size);
            client.send(
                    user("ann", "x")
                            + "SUB a 1\r\nPUB a 1\r\n1\r\nPUB a "
                            + size
                            + "\r\n"
                            + payload
                            + "\r\n"
                            + user("ann", "x")
                            + "SUB a 2\r\n"
                            + user("ann", "x")
                            + "PUB a 1\r\n2\r\nSUB a 3\r\nPUB a 1\r\n3\r\nPING\r\n");
            client.expect(
                    "MSG a 1 1\r\n1\r\nMSG a 1 "
                            + size
                            + "\r\n"
                            + payload
                            + "\r\nMSG a 3 1\r\n3\r\nPONG\r\n");
        }
    }

    /** While half a hundred passwords are looked at, others don't wait for them. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeOthersWhileManyLogInSlowly(Mode mode) throws Exception {
        String config =
                "authorization {timeout: 60, users: [{user: ann, password: \"%s\"}, {user: joe, password: pw}]}"
                        .formatted(PasswordHash.of("x".getBytes(StandardCharsets.US_ASCII), 10));
        List<RawClient> slow = new ArrayList<>();
        try (NatsServer server = start(mode, config);
                RawClient subscriber = new RawClient(server);
                RawClient publisher = new RawClient(server)) {
            subscriber.send(user("joe", "pw") + "SUB n.* 1\r\n");
            subscriber.fence();
            publisher.send(user("joe", "pw"));
            for (int i = 0; i < 50; i++) {
                RawClient client = new RawClient(server);
                slow.add(client);
                String password = i % 10 == 9 ? "wrong" : "x";
                client.send(user("ann", password) + "PUB n." + i + " 1\r\ns\r\nPING\r\n");
            }
            publisher.send("PUB n.first 1\r\nf\r\n");
            publisher.fence();
            for (int i = 0; i < slow.size(); i++) {
                slow.get(i).expect(i % 10 == 9 ? VIOLATION : "PONG\r\n");
            }
            publisher.send("PUB n.last 1\r\nl\r\n");
            List<String> got = new ArrayList<>();
            for (String line = ""; !line.equals("MSG n.last 1 1\r\n"); ) {
                line = subscriber.lineAfterPing();
                if (line.startsWith("MSG")) {
                    got.add(line);
                }
            }
            assertThat(got)
                    .as("45 slow ones, the first and the last")
                    .hasSize(47)
                    .doesNotHaveDuplicates()
                    .contains("MSG n.first 1 1\r\n");
        } finally {
            for (RawClient client : slow) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldLeaveNothingOfClientsThatLeaveWhileTheyAreProved(Mode mode) throws Exception {
        LogLines log = new LogLines();
        String config =
                "authorization {timeout: 60, users: [{user: ann, password: \"%s\"}]}"
                        .formatted(PasswordHash.of("x".getBytes(StandardCharsets.US_ASCII), 10));
        try (NatsServer server =
                Modes.start(mode, log, options -> Configured.into(options, config))) {
            for (int i = 0; i < 60; i++) {
                try (RawClient client = new RawClient(server)) {
                    client.send(user("ann", "x") + "SUB a 1\r\nPUB a 1\r\nx\r\n");
                    if (i % 2 == 0) {
                        client.reset();
                    }
                }
            }
            Modes.await("all are gone", () -> server.clientCount() == 0);
            assertThat(server.subscriptionCount()).isZero();
            shouldBeLetIn(server, user("ann", "x"));
            assertThat(log.all()).noneMatch(line -> line.contains("failed"));
        }
    }

    /** The hash is still computed when the loops have ended. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCloseWhileClientsAreProved(Mode mode) throws Exception {
        List<Throwable> uncaught = new ArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(e));
        String config =
                "authorization {timeout: 60, users: [{user: ann, password: \"%s\"}]}"
                        .formatted(HASH.replace("$04$", "$13$"));
        List<RawClient> clients = new ArrayList<>();
        try {
            NatsServer server = start(mode, config);
            for (int i = 0; i < 5; i++) {
                RawClient client = new RawClient(server);
                clients.add(client);
                client.send(user("ann", "x"));
            }
            Modes.await("a proof is underway", () -> proofThreads() > 0);
            server.close();
            Modes.await("no proof is underway", () -> proofThreads() == 0);
            assertThat(uncaught).isEmpty();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static long proofThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("millrace-auth"))
                .count();
    }

    @Test
    void shouldHaveTheHashThatTheseTestsUse() {
        assertThat(PasswordHash.matches(HASH, "T0pS3cr3t")).isTrue();
    }
}
