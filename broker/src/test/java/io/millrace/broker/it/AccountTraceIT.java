package io.millrace.broker.it;

import static io.millrace.broker.it.Traces.hpub;
import static io.millrace.broker.it.Traces.in;
import static io.millrace.broker.it.Traces.out;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.config.account.TraceOptions;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.testing.NatsServers;
import io.millrace.protocol.MapDest;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Messages that are traced from account to account, on one server and on two. */
class AccountTraceIT {
    private static final String DEST = "Nats-Trace-Dest: tr";
    private static final String ONLY = "Nats-Trace-Only: true";
    private static final String ASKED = "'Nats-Trace-Dest':['tr']";
    private static final String ASKED_ONLY = ASKED + ",'Nats-Trace-Only':['true']";
    private static final String DISABLED = "Nats-Trace-Dest: trace disabled";
    private static final String PARENT = "traceparent: 00-0a-0b-01";

    private static final String USERS =
            """
            accounts {
              A { users: [{user: a, password: x}] }
              B { users: [{user: b, password: x}] }
              C { users: [{user: c, password: x}] }
              $SYS { }
            }
            """;

    /** A has streams and services of B, and B a service of C. */
    private static final List<AccountOptions> ACCOUNTS =
            List.of(
                    new AccountOptions(
                            "A",
                            "",
                            List.of(),
                            List.of(),
                            List.of(
                                    new StreamImport("B", "open.>", "o.>", true),
                                    new StreamImport("B", "shut.>", "s.>", false)),
                            List.of(
                                    new ServiceImport("B", "svc.>", "ask.>", false),
                                    new ServiceImport("B", "quiet", "quiet", false)),
                            List.of(
                                    new MappingOptions(
                                            "old.*", List.of(new MapDest("new.$1", 100)))),
                            AccountLimits.NONE,
                            null),
                    new AccountOptions(
                            "B",
                            "",
                            List.of(
                                    new StreamExport("open.>", Access.PUBLIC),
                                    new StreamExport("shut.>", Access.PUBLIC)),
                            List.of(service("svc.>", true), service("quiet", false)),
                            List.of(),
                            List.of(new ServiceImport("C", "deep", "svc.deep", false)),
                            List.of(),
                            AccountLimits.NONE,
                            null),
                    new AccountOptions(
                            "C",
                            "",
                            List.of(),
                            List.of(service("deep", true)),
                            List.of(),
                            List.of(),
                            List.of(),
                            AccountLimits.NONE,
                            new TraceOptions("tr", 100)),
                    AccountOptions.named("$SYS"));

    private static ServiceExport service(String subject, boolean traced) {
        return new ServiceExport(
                subject,
                Access.PUBLIC,
                ServiceExport.ResponseType.SINGLETON,
                ServiceExport.DEFAULT_THRESHOLD,
                null,
                traced);
    }

    private static void configure(OptionsBuilder options) {
        Configured.into(options, USERS);
        options.accounts(ACCOUNTS);
    }

    private static RawClient client(NatsServer server, String user, String commands)
            throws IOException {
        RawClient client = new RawClient(server);
        client.send(
                "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true,\"user\":\""
                        + user
                        + "\",\"pass\":\"x\"}\r\n"
                        + commands);
        client.fence();
        return client;
    }

    private static RawClient listener(NatsServer server, String user) throws IOException {
        return client(server, user, "SUB tr 1\r\n");
    }

    private static String event(RawClient listener) throws IOException {
        return Traces.event(listener, "tr 1");
    }

    private static String crossed(String account, String from, String to) {
        return ",{'type':'si','acc':'" + account + "','from':'" + from + "','to':'" + to + "'}";
    }

    private static String streamed(String to) {
        return ",{'type':'se','acc':'A','to':'" + to + "'}";
    }

    /** Reads a message with headers; those headers that say who asks are left out. */
    private static String message(RawClient client) throws IOException {
        String line = client.lineAfterPing();
        int bytes = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1).strip());
        String headers = new String(client.read(bytes + 2), StandardCharsets.ISO_8859_1);
        return line.split(" ")[1]
                + '|'
                + headers.replaceAll("Nats-Request-Info: [^\r]*\r\n", "")
                        .replaceAll("_R_\\.[^\r]*", "_R_")
                        .strip()
                        .replace("\r\n", "|");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldSayWhatASubjectIsMappedTo(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, AccountTraceIT::configure);
                RawClient listener = listener(server, "a");
                RawClient client = client(server, "a", "SUB new.1 1\r\n")) {
            client.send(hpub("old.1", DEST));
            assertThat(event(listener))
                    .isEqualTo(
                            Traces.of(
                                    ASKED,
                                    33,
                                    "",
                                    in("A", "old.1")
                                            + ",{'type':'sm','to':'new.1'}"
                                            + out("'sub':'new.1'")));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceAStreamOnlyWhereItsImportAllowsIt(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, AccountTraceIT::configure);
                RawClient listener = listener(server, "b");
                RawClient importer = client(server, "a", "SUB o.* 1\r\nSUB s.* g 2\r\n");
                RawClient client = client(server, "b", "")) {
            client.send(hpub("open.1", DEST));
            String open = in("B", "open.1") + streamed("o.1") + out("'acc':'A','sub':'open.*'");
            assertThat(event(listener)).isEqualTo(Traces.of(ASKED, 33, "", open));
            assertThat(message(importer)).isEqualTo("o.1|NATS/1.0|" + DEST);
            client.send(hpub("open.1", DEST, ONLY));
            assertThat(event(listener)).isEqualTo(Traces.of(ASKED_ONLY, 56, "", open));
            importer.fence();

            client.send(hpub("shut.1", DEST));
            String shut = in("B", "shut.1") + streamed("s.1");
            assertThat(event(listener)).isEqualTo(Traces.of(ASKED, 33, "", shut));
            assertThat(message(importer)).isEqualTo("s.1|NATS/1.0|" + DEST);
            client.send(hpub("shut.1", DEST, ONLY));
            assertThat(event(listener)).isEqualTo(Traces.of(ASKED_ONLY, 56, "", shut));
            importer.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceARequestOnlyWhereTheExportAllowsIt(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, AccountTraceIT::configure);
                RawClient listener = listener(server, "a");
                RawClient others = listener(server, "b");
                RawClient service = client(server, "b", "SUB svc.* 1\r\nSUB quiet 2\r\n");
                RawClient deep = client(server, "c", "SUB deep 1\r\n");
                RawClient client = client(server, "a", "SUB re 1\r\n")) {
            client.send(hpub("ask.deep", DEST));
            String steps =
                    in("A", "ask.deep")
                            + crossed("B", "ask.deep", "svc.deep")
                            + out("'acc':'B','sub':'svc.*'")
                            + crossed("C", "svc.deep", "deep")
                            + out("'acc':'C','sub':'deep'");
            assertThat(event(listener)).isEqualTo(Traces.of(ASKED, 33, "", steps));
            assertThat(message(service)).isEqualTo("svc.deep|NATS/1.0|Nats-Trace-Dest: _R_");
            assertThat(message(deep)).isEqualTo("deep|NATS/1.0|Nats-Trace-Dest: _R_");
            client.send(hpub("ask.deep re", DEST, ONLY));
            assertThat(event(listener)).isEqualTo(Traces.of(ASKED_ONLY, 56, "", steps));

            client.send(hpub("quiet", DEST));
            String quiet = in("A", "quiet") + crossed("B", "quiet", "quiet");
            assertThat(event(listener)).isEqualTo(Traces.of(ASKED, 33, "", quiet));
            assertThat(message(service)).isEqualTo("quiet|NATS/1.0|" + DISABLED);
            client.send(hpub("quiet re", DEST, ONLY));
            assertThat(event(listener)).isEqualTo(Traces.of(ASKED_ONLY, 56, "", quiet));
            client.expect("HMSG re 1 37 37\r\nNATS/1.0 503\r\nNats-Subject: quiet\r\n\r\n\r\n");
            for (RawClient each : List.of(service, deep, others)) {
                each.fence();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldTraceByTraceparentWhereTheAccountWantsIt(Mode mode) throws Exception {
        try (NatsServer server = Modes.start(mode, AccountTraceIT::configure);
                RawClient listener = listener(server, "c");
                RawClient subscriber = client(server, "c", "SUB x 1\r\n");
                RawClient client = client(server, "c", "");
                RawClient other = client(server, "a", "SUB > 1\r\n")) {
            String sampled = hpub("x", PARENT);
            client.send(hpub("x", "k: v") + sampled + sampled);
            for (int i = 0; i < 2; i++) {
                assertThat(event(listener))
                        .isEqualTo(
                                Traces.of(
                                        "'traceparent':['00-0a-0b-01']",
                                        38,
                                        "",
                                        in("C", "x") + out("'sub':'x'")));
            }
            client.send(hpub("x", PARENT, ONLY));
            assertThat(event(listener)).endsWith(in("C", "x") + out("'sub':'x'") + "]}");
            client.send(hpub("x", "traceparent: 00-0a-0b-00"));
            client.send(hpub("x", PARENT, DISABLED));
            client.fence();
            listener.fence();
            for (String each : new String[] {"k: v", PARENT, PARENT, PARENT + "|" + ONLY}) {
                assertThat(message(subscriber)).isEqualTo("x|NATS/1.0|" + each);
            }
            // In other accounts it is a header like any other.
            other.send(sampled);
            assertThat(message(other)).isEqualTo("x|NATS/1.0|" + PARENT);
            other.fence();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldBringBackWhatOtherServersTraceInOtherAccounts(Mode mode) throws Exception {
        try (NatsServers servers = Cluster.of(2, mode, AccountTraceIT::configure);
                RawClient listener = listener(servers.server(0), "a");
                RawClient service = client(servers.server(1), "b", "SUB svc.x 1\r\n");
                RawClient deep = client(servers.server(1), "c", "SUB deep 1\r\n");
                RawClient b = client(servers.server(0), "b", "");
                RawClient c = client(servers.server(0), "c", "");
                RawClient client = client(servers.server(0), "a", "")) {
            Interest.await(b, "svc.x");
            service.expect("MSG svc.x 1 probe 0\r\n\r\n");
            Interest.await(c, "deep");
            deep.expect("MSG deep 1 probe 0\r\n\r\n");
            String here = servers.server(0).name();
            String there = servers.server(1).name();
            String hop = ",{'type':'eg','kind':1,'name':'" + there + "','hop':'1'}";
            String from = "{'type':'in','kind':1,'name':'" + here + "',";
            String remote = "'Nats-Trace-Dest':['_R_'],'Nats-Trace-Hop':['1']";

            client.send(hpub("ask.x", DEST));
            assertThat(unsized(event(listener), event(listener)))
                    .containsExactlyInAnyOrder(
                            Traces.of(
                                    ASKED,
                                    0,
                                    "'hops':1,",
                                    in("A", "ask.x") + crossed("B", "ask.x", "svc.x") + hop),
                            Traces.of(
                                    remote,
                                    0,
                                    "",
                                    from + "'acc':'B','subj':'svc.x'}" + out("'sub':'svc.x'")));
            assertThat(message(service))
                    .isEqualTo("svc.x|NATS/1.0|Nats-Trace-Dest: _R_|Nats-Trace-Hop: 1");

            client.send(hpub("ask.deep re", DEST, ONLY));
            assertThat(unsized(event(listener), event(listener)))
                    .containsExactlyInAnyOrder(
                            Traces.of(
                                    ASKED_ONLY,
                                    0,
                                    "'hops':1,",
                                    in("A", "ask.deep")
                                            + crossed("B", "ask.deep", "svc.deep")
                                            + crossed("C", "svc.deep", "deep")
                                            + hop),
                            Traces.of(
                                    remote + ",'Nats-Trace-Only':['true']",
                                    0,
                                    "",
                                    from + "'acc':'C','subj':'deep'}" + out("'sub':'deep'")));
            service.fence();
            deep.fence();
        }
    }

    private static String[] unsized(String... events) {
        return Arrays.stream(events)
                .map(event -> event.replaceAll("'msgsize':\\d+", "'msgsize':0"))
                .toArray(String[]::new);
    }
}
