package io.millrace.broker.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.listen.IdentityKeys;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.FakeServer;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.monitor.StoredView;
import io.millrace.broker.routing.Router;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.peer.Client;
import io.millrace.broker.routing.view.ServerSnapshot;
import io.millrace.broker.system.FakePort.Said;
import io.millrace.protocol.CommandParser;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.millrace.protocol.NativeBlock;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/** Field names and error texts are those that nats-server 2.15.2 answered with. */
class SystemServiceTest {
    private static final String PING = "$SYS.REQ.SERVER.PING.";
    private static final String SERVER =
            "server{name host id ver tags metadata{zone} feature_flags{js_ack_fc_v2"
                    + " js_api_reply_v2 js_raft_delete_range js_snapshot_sources} jetstream flags"
                    + " seq time}";
    private static final String DATA = "{msgs bytes}";
    private static final String TRAFFIC =
            "{msgs bytes gateways{msgs bytes} routes{msgs bytes} leafs{msgs bytes}}";
    private static final String COUNT =
            "type id timestamp "
                    + SERVER
                    + " acc name conns leafnodes total_conns num_subscriptions sent"
                    + TRAFFIC
                    + " received"
                    + TRAFFIC
                    + " slow_consumers";

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final Ledger ledger = Ledger.unbounded();
    private final List<String> logged = new ArrayList<>();
    private final ServerLog log =
            ServerLog.to((level, text) -> logged.add(level + " " + text), false, false);
    private final AskedServer server =
            new AskedServer(
                    fixture.router,
                    new OptionsBuilder()
                            .accounts(Set.of("A", "$SYS"))
                            .set(IdentityKeys.SERVER_TAGS, List.of("a:b", "red"))
                            .set(IdentityKeys.SERVER_METADATA, Map.of("zone", "1"))
                            .conclude(1));
    private final ClientEvents events = new ClientEvents(ledger);
    private final SystemService service =
            new SystemService(
                    server,
                    new ServerAnswers(server, log),
                    events,
                    ledger,
                    log,
                    InstantSource.fixed(Instant.EPOCH),
                    new AtomicLong(1));
    private final FakePort port = new FakePort();

    /** Says what was asked of it, and answers only if it shall. */
    private static class AskedServer extends FakeServer {
        final List<Object> answers = new ArrayList<>();
        boolean silent;

        /** Happens behind the next answer. */
        Runnable meanwhile = () -> {};

        AskedServer(Router router, Options options) {
            super(router, options);
        }

        @Override
        public <T> T ask(Function<Router, T> question) {
            if (silent) {
                throw new IllegalStateException("the routing thread doesn't answer");
            }
            T answer = super.ask(question);
            answers.add(answer);
            Runnable happening = meanwhile;
            meanwhile = () -> {};
            happening.run();
            return answer;
        }
    }

    @BeforeEach
    void start() {
        fixture.router.onAccounts(RouterFixture.accounts(Set.of("A", "$SYS")));
        fixture.router.onWatcher(events);
        service.start(port);
    }

    @AfterEach
    void close() {
        fixture.close();
        assertThat(ledger.bytes(Debt.Store.HEAP)).as("nothing is left behind").isZero();
    }

    private List<Said> ask(String subject, String body) {
        return port.tell(service, "$SYS", 1, subject, "_INBOX.1", "", body);
    }

    private String answer(String endpoint, String body) {
        List<Said> said = ask(PING + endpoint, body);
        assertThat(said).hasSize(1);
        assertThat(said.getFirst().account()).isEqualTo("$SYS");
        assertThat(said.getFirst().subject()).isEqualTo("_INBOX.1");
        assertThat(said.getFirst().headers()).isEmpty();
        return said.getFirst().text();
    }

    // --- requests

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SUBSZ    | server_id now num_subscriptions num_cache num_inserts num_removes num_matches cache_hit_rate max_fanout avg_fanout total offset limit
                    CONNZ    | server_id now num_connections total offset limit connections
                    ROUTEZ   | server_id server_name now num_routes routes
                    GATEWAYZ | server_id now outbound_gateways{} inbound_gateways{}
                    LEAFZ    | server_id now leafnodes leafs
                    ACCOUNTZ | server_id now system_account accounts
                    JSZ      | memory storage reserved_memory reserved_storage accounts ha_assets api{level total errors} server_id now disabled config{max_memory max_storage} streams consumers messages bytes total
                    HEALTHZ  | status status_code
                    EXPVARZ  | memstats{Alloc HeapAlloc HeapSys PauseTotalNs NumGC} cmdline
                    PROFILEZ | profile error
                    """)
    void shouldAnswerInTheEnvelopeOfTheReference(String endpoint, String data) {
        assertThat(JsonNames.of(answer(endpoint, ""))).isEqualTo(SERVER + " data{" + data + "}");
        assertThat(ask("$SYS.REQ.SERVER.N." + endpoint, "")).hasSize(1);
        assertThat(ask("$SYS.REQ.SERVER.OTHER." + endpoint, "")).isEmpty();
    }

    @Test
    void shouldTellAllOfVarz() {
        assertThat(JsonNames.of(answer("VARZ", "")))
                .startsWith(
                        SERVER
                                + " data{server_id server_name version millrace proto go host port"
                                + " max_connections ping_interval ping_max http_host http_port")
                .contains(
                        " cluster{} gateway{} leaf{} mqtt{} websocket{} jetstream{} tls_timeout",
                        " http_req_stats{} config_load_time config_digest tags metadata{zone}",
                        " system_account slow_consumer_stats{clients routes gateways leafs}");
        assertThat(answer("VARZ", "")).contains("\"system_account\":\"$SYS\"");
    }

    @Test
    void shouldTellItsNameWithoutAnEnvelope() {
        assertThat(answer("IDZ", "{")).isEqualTo("{\"name\":\"n\",\"host\":\"::\",\"id\":\"N\"}");
    }

    @Test
    void shouldTellHowItFares() {
        String stats =
                " statsz{start mem cores cpu connections total_connections active_accounts"
                        + " subscriptions sent"
                        + DATA
                        + " sent_to_clients"
                        + DATA
                        + " received"
                        + DATA
                        + " received_from_clients"
                        + DATA
                        + " slow_consumers active_servers gomaxprocs}";
        assertThat(JsonNames.of(answer("STATSZ", ""))).isEqualTo(SERVER + stats);
        List<Said> said = ask("$SYS.REQ.SERVER.PING", "");
        assertThat(said)
                .extracting(each -> JsonNames.of(each.text()))
                .containsExactly(SERVER + stats);
        fixture.connectRoutes(7, 8, 0);
        assertThat(JsonNames.of(answer("STATSZ", "")))
                .contains(
                        " routes[rid name sent"
                                + DATA
                                + " received"
                                + DATA
                                + " pending]"
                                + " active_servers");
        assertThat(answer("STATSZ", "")).contains("\"active_servers\":", "\"active_accounts\":1,");
    }

    @Test
    void shouldNumberItsMessages() {
        assertThat(answer("HEALTHZ", "")).contains("\"seq\":2,\"time\":\"1970-01-01T00:00:00Z\"}");
        assertThat(answer("HEALTHZ", "")).contains("\"seq\":3,");
        assertThat(answer("IDZ", "")).doesNotContain("seq");
        assertThat(answer("HEALTHZ", "{")).contains("\"seq\":4,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CONNZ    | {"limit":1}                                  | "num_connections":1,"total":3,"offset":0,"limit":1,"connections":[{"cid":1,
                    CONNZ    | {"LIMIT":1,"offset":2}                       | "num_connections":1,"total":3,"offset":2,"limit":1,"connections":[{"cid":3,
                    CONNZ    | {"cid":2,"subscriptions":true}               | "subscriptions_list":["s.2.0"]
                    CONNZ    | {"cid":2,"subscriptions_detail":true}        | "subscriptions_list_detail":[{"subject":"s.2.0","sid":"0","msgs":0,"cid":2}]
                    CONNZ    | {"auth":true,"cid":2}                        | "name_tag":"$G"
                    CONNZ    | {"state":1}                                  | "num_connections":0,"total":0,
                    CONNZ    | {"state":7}                                  | "num_connections":0,"total":0,"offset":0,"limit":1024,"connections":[]
                    CONNZ    | {"acc":"NOPE"}                               | "server_id":"","now":
                    CONNZ    | {"acc":"$G","filter_subject":"s.3.*"}        | "num_connections":1,"total":3,"offset":0,"limit":1024,"connections":[{"cid":3,
                    SUBSZ    | {"subscriptions":true,"limit":1,"offset":1}  | "total":3,"offset":1,"limit":1,"subscriptions_list":[{"account":"$G","account_tag":"$G","subject":"s.2.0","sid":"0","msgs":0,"cid":2}]
                    SUBSZ    | {"subscriptions":true,"test":"s.3.0"}        | "total":1,
                    SUBSZ    | {"subscriptions":true,"account":"A"}         | "num_subscriptions":0,
                    ACCOUNTZ | {"account":"A"}                              | "account_detail":{"account_name":"A",
                    ACCOUNTZ | {"account":"$SYS"}                           | "is_system":true,
                    ROUTEZ   | {"subscriptions_detail":true}                | "num_routes":0,"routes":[]
                    GATEWAYZ | {"name":"x","accounts":true}                 | "outbound_gateways":{}
                    LEAFZ    | {"account":"x","subscriptions":true}         | "leafs":[]
                    JSZ      | {"accounts":true,"limit":3}                  | "disabled":true
                    RAFTZ    | {"account":"A","group":"g"}                  | "data":{}}
                    IPQUEUESZ | {}                                          | "data":{}}
                    IPQUEUESZ | {"all":true}                                | "data":{"Routing":{"pending":0}
                    IPQUEUESZ | {"all":true,"filter":"x"}                   | "data":{}}
                    PROFILEZ | {}                                           | "data":{"profile":null,"error":"Profile name not specified"}}
                    PROFILEZ | {"name":"cpu","debug":1,"duration":1000}     | "data":{"profile":null,"error":"Profile \\"cpu\\" not found"}}
                    HEALTHZ  | {"js-enabled-only":true,"details":true}      | "data":{"status":"ok","status_code":200}}
                    HEALTHZ  | {"stream":"S"}                               | "data":{"status":"error","status_code":400,"error":"\\"account\\" must not be empty when checking stream health"}}
                    HEALTHZ  | {"stream":"S","details":true}                | "data":{"status":"error","status_code":400,"errors":[{"type":"BAD_REQUEST","error":"\\"account\\" must not be empty when checking stream health"}]}}
                    """)
    void shouldDoAsTheOptionsOfTheBodySay(String endpoint, String body, String part) {
        fixture.connect(1, 3, 1);
        assertThat(answer(endpoint, body)).contains(part).doesNotContain("\"error\":{");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CONNZ    | {"sort":"nope"}                       | invalid sorting option: nope
                    CONNZ    | {"sort":"stop"}                       | sort by stop only valid on closed connections
                    CONNZ    | {"filter_subject":"a"}                | filter by subject only valid with account filtering
                    SUBSZ    | {"subscriptions":true,"test":"a.>"}   | invalid test subject, must be valid publish subject: a.>
                    ACCOUNTZ | {"account":"N"}                       | Account N does not exist
                    """)
    void shouldSayWhyARequestCannotBeAnswered(String endpoint, String body, String text) {
        assertThat(answer(endpoint, body))
                .endsWith(
                        "},\"data\":null,\"error\":{\"code\":500,\"description\":\""
                                + text
                                + "\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VARZ",
                "SUBSZ",
                "CONNZ",
                "ROUTEZ",
                "GATEWAYZ",
                "LEAFZ",
                "ACCOUNTZ",
                "JSZ",
                "HEALTHZ",
                "EXPVARZ",
                "IPQUEUESZ",
                "PROFILEZ",
                "RAFTZ",
                "STATSZ"
            })
    void shouldSayWhatIsWrongWithABody(String endpoint) {
        String name = endpoint.charAt(0) + endpoint.substring(1).toLowerCase(Locale.ROOT);
        assertThat(answer(endpoint, "{"))
                .endsWith(
                        "},\"error\":{\"code\":400,\"description\":\"unexpected end of JSON"
                                + " input\"}}");
        assertThat(answer(endpoint, "{\"tags\":1}"))
                .endsWith(
                        "\"json: cannot unmarshal number into Go struct field "
                                + name
                                + "EventOptions.EventFilterOptions.tags of type []string\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"server_name\":\"n\"}",
                "{\"server_name\":\"n\",\"exact_match\":true}",
                "{\"host\":\":\"}",
                "{\"tags\":[\"red\",\"A:B \"]}",
                "{\"server_name\":\"\",\"cluster\":\"\",\"domain\":null}",
                "null"
            })
    void shouldAnswerWhatIsForIt(String filter) {
        assertThat(ask(PING + "HEALTHZ", filter)).hasSize(1);
        assertThat(ask(PING + "STATSZ", filter)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"server_name\":\"m\"}",
                "{\"host\":\":\",\"exact_match\":true}",
                "{\"cluster\":\"c\"}",
                "{\"tags\":[\"red\",\"x\"]}",
                "{\"domain\":\"d\"}"
            })
    void shouldLeaveToOthersWhatIsForThem(String filter) {
        assertThat(ask(PING + "HEALTHZ", filter)).isEmpty();
        assertThat(ask(PING + "STATSZ", filter)).isEmpty();
        assertThat(ask(PING + "IDZ", filter)).as("which looks at no body").hasSize(1);
    }

    @Test
    void shouldTellOfJetStream() {
        server.jetStream = Optional.of(StoredView.healthy());
        assertThat(answer("JSZ", "{\"leader_only\":true}"))
                .contains("\"data\":{\"memory\":22,\"storage\":132,", "\"total\":2}}")
                .doesNotContain("account_details");
        assertThat(answer("JSZ", "{\"account\":\"A\",\"streams\":true,\"config\":true}"))
                .contains("\"account_details\":[{\"name\":\"A\",", "\"config\":{\"name\":\"MEM\"");
        assertThat(ask(PING + "STATSZ", "").getFirst().text())
                .contains(
                        "\"active_servers\":1,\"jetstream\":{\"config\":{\"max_memory\":1073741824,"
                                + "\"max_storage\":2147483648,\"sync_interval\":120000000000,"
                                + "\"sync_always\":true,\"compress_ok\":true,\"strict\":true},"
                                + "\"stats\":{\"memory\":22,\"storage\":132,\"reserved_memory\":0,"
                                + "\"reserved_storage\":0,\"accounts\":2,\"ha_assets\":0,"
                                + "\"api\":{\"level\":5,\"total\":7,\"errors\":1}},"
                                + "\"limits\":{\"default_max_consumers\":1000}},\"gomaxprocs\":");
    }

    @Test
    void shouldSayNothingWhereNothingIsToBeSaid() {
        assertThat(ask(PING + "NOPE", "")).isEmpty();
        assertThat(ask(PING + "JSZ", "{\"leader_only\":true}")).isEmpty();
        for (String reply : List.of("", "a.*", "a.>", "a..b")) {
            for (String endpoint : List.of("VARZ", "IDZ")) {
                assertThat(port.tell(service, "$SYS", 1, PING + endpoint, reply, "", "")).isEmpty();
            }
        }
    }

    @Test
    void shouldAskForLessWhereTheRouterHasNoRoomForTheAnswer() {
        fixture.connect(1, 20, 0);
        port.mostBytes = 1_000;
        assertThat(answer("CONNZ", ""))
                .endsWith(
                        "\"data\":null,\"error\":{\"code\":500,\"description\":\"no room is left for"
                                + " an answer this large; ask for less\"}}");
        assertThat(answer("CONNZ", "{\"limit\":1}")).contains("\"num_connections\":1,");
    }

    @Test
    void shouldNotMakeAnswersThatTheServerHasNoMemoryFor() {
        fixture.connect(1, 2_000, 0);
        ledger.bound(new MemoryBounds(1 << 16, 1 << 16));
        assertThat(answer("CONNZ", "{\"limit\":2000}"))
                .endsWith(
                        "\"error\":{\"code\":500,\"description\":\"no memory is left for an answer"
                                + " this large; ask for less\"}}");
        assertThat(answer("HEALTHZ", "")).contains("\"ok\"");
    }

    @Test
    void shouldEncodeAsTheRequestAccepts() throws Exception {
        Said gzip = encoded("HEALTHZ", "gzip, br");
        assertThat(gzip.headerText()).isEqualTo("NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n");
        assertThat(unzipped(gzip.payload())).endsWith("{\"status\":\"ok\",\"status_code\":200}}");
        Said snappy = encoded("HEALTHZ", "S2");
        assertThat(snappy.headerText()).isEqualTo("NATS/1.0\r\nContent-Encoding: snappy\r\n\r\n");
        assertThat(snappy.payload())
                .startsWith(0xff, 0x06, 0x00, 0x00, 's', 'N', 'a', 'P', 'p', 'Y', 0x00);
        Said other = encoded("HEALTHZ", "br");
        assertThat(other.headerText()).isEqualTo("NATS/1.0\r\nContent-Encoding: identity\r\n\r\n");
        assertThat(other.text()).startsWith("{\"server\":");
        assertThat(encoded("HEALTHZ", " ").headers()).isEmpty();
        assertThat(encoded("STATSZ", "gzip").headers()).isEmpty();
    }

    private Said encoded(String endpoint, String accepted) {
        String headers = "NATS/1.0\r\nX: y\r\nAccept-Encoding: " + accepted + "\r\n\r\n";
        return port.tell(service, "$SYS", 1, PING + endpoint, "r", headers, "").getFirst();
    }

    private static String unzipped(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What is asked for is compared with all that is listed. */
    @Test
    void shouldRefuseRequestsThatAreFarTooLong() {
        String body = "{\"test\":\"" + "a.".repeat(OptionsReader.MAX_BYTES / 2) + "a\"}";
        for (String endpoint : List.of("SUBSZ", "CONNZ")) {
            assertThat(answer(endpoint, body))
                    .contains("\"error\":{\"code\":400,")
                    .contains("request is longer than 16384 bytes");
        }
        assertThat(answer("SUBSZ", " ".repeat(OptionsReader.MAX_BYTES - 2) + "{}"))
                .doesNotContain("error");
    }

    // --- commands

    private static final String MINE = "$SYS.REQ.SERVER.N.";

    @Test
    void shouldSendAClientAwayWhenItIsAskedTo() {
        Client client = connect(5, "A", null);
        String done = ask(MINE + "KICK", "{\"cid\":5}").getFirst().text();
        assertThat(JsonNames.of(done)).isEqualTo(SERVER);
        assertThat(client.peer.closing).isTrue();
        assertThat(client.peer.closeReason.text()).isEqualTo("Kicked");
        for (String unknown : List.of("{\"cid\":6}", "", "{\"cid\":18446744073709551615}")) {
            assertThat(ask(MINE + "KICK", unknown).getFirst().text())
                    .endsWith(
                            "Z\"},\"error\":{\"code\":500,\"description\":\"no such client or"
                                    + " leafnode id\"}}");
        }
        assertThat(ask(MINE + "KICK", "{\"cid\":\"5\"}").getFirst().text())
                .contains("\"code\":400,");
        assertThat(ask(PING + "KICK", "{\"cid\":5}")).as("not of all servers").isEmpty();
        assertThat(port.tell(service, "$SYS", 1, MINE + "KICK", "", "", "{\"cid\":5}")).isEmpty();
        service.onPoll(0);
    }

    @Test
    void shouldTellAClientToLeaveWhenItIsAskedTo() {
        Client client = connect(5, "A", null);
        assertThat(ask(MINE + "LDM", "{\"cid\":5}").getFirst().text())
                .as("before its first PONG")
                .endsWith(
                        "\"error\":{\"code\":500,\"description\":\"client does not support Lame"
                                + " Duck Mode or is not ready to receive the notification\"}}");
        client.firstPongSent = true;
        long before = client.peer.outbound.pendingBytes();
        assertThat(JsonNames.of(ask(MINE + "LDM", "{\"cid\":5}").getFirst().text()))
                .isEqualTo(SERVER);
        assertThat(client.peer.outbound.pendingBytes()).isGreaterThan(before + 100);
        assertThat(client.peer.closing).isFalse();
        assertThat(ask(MINE + "LDM", "{\"cid\":6}").getFirst().text())
                .endsWith("\"error\":{\"code\":500,\"description\":\"no such client id\"}}");
        service.onPoll(0);
    }

    private List<Said> reloaded(int before) {
        for (int i = 0; i < 10_000 && port.said.size() == before; i++) {
            LockSupport.parkNanos(1_000_000);
            service.onPoll(0);
        }
        return port.said.subList(before, port.said.size());
    }

    @Test
    void shouldReadTheConfigurationAgainWhenItIsAskedTo() {
        service.onPoll(0);
        int before = port.said.size();
        assertThat(ask(MINE + "RELOAD", "")).as("at once").isEmpty();
        assertThat(reloaded(before).getFirst().text())
                .endsWith(
                        "Z\"},\"error\":{\"code\":500,\"description\":\"can only reload config when"
                                + " a file is provided using -c or --config\"}}");
        List<String> done = new CopyOnWriteArrayList<>();
        List<String> rung = new CopyOnWriteArrayList<>();
        service.wake(() -> rung.add("rung"));
        service.reloadBy(
                () -> {
                    done.add(Thread.currentThread().getName());
                    return Optional.empty();
                });
        ask(MINE + "RELOAD", "{\"server_name\":\"other\"}");
        port.tell(service, "$SYS", 1, MINE + "RELOAD", "", "", "");
        before = port.said.size();
        ask(MINE + "RELOAD", "");
        assertThat(JsonNames.of(reloaded(before).getFirst().text())).isEqualTo(SERVER);
        assertThat(done).containsExactly("millrace-reload");
        assertThat(rung).hasSize(1);
        service.reloadBy(
                () -> {
                    throw new IllegalStateException("broken");
                });
        before = port.said.size();
        ask(MINE + "RELOAD", "");
        assertThat(reloaded(before).getFirst().text()).contains("\"code\":500,");
    }

    // --- what servers tell each other

    private static String count(String server, String account, int clients) {
        return "{\"server\":{\"name\":\"o\",\"id\":\""
                + server
                + "\",\"seq\":5},\"acc\":\""
                + account
                + "\",\"conns\":"
                + clients
                + ",\"leafnodes\":0}";
    }

    private void hear(String subject, String body) {
        port.tell(service, "$SYS", 1, subject, "", "", body);
    }

    private int elsewhere(Client inAccount) {
        service.onPoll(System.nanoTime());
        return inAccount.account().clientsElsewhere;
    }

    @Test
    void shouldCountTheClientsOfAnAccountAtOtherServers() {
        Client inA = connect(5, "A", null);
        hear("$SYS.SERVER.ACCOUNT.A.CONNS", count("O", "A", 3));
        assertThat(elsewhere(inA)).isEqualTo(3);
        hear("$SYS._INBOX_.N", count("P", "A", 4));
        assertThat(elsewhere(inA)).isEqualTo(7);
        hear("$SYS.SERVER.ACCOUNT.A.CONNS", count("O", "A", 1));
        hear("$SYS.SERVER.ACCOUNT.A.CONNS", count("N", "A", 9));
        hear("$SYS.SERVER.ACCOUNT.X.CONNS", count("O", "X", 9));
        assertThat(elsewhere(inA)).isEqualTo(5);
        hear("$SYS.SERVER.P.SHUTDOWN", "{}");
        assertThat(elsewhere(inA)).isEqualTo(1);
        hear("$SYS.SERVER.O.LAMEDUCK", "{}");
        assertThat(elsewhere(inA)).isZero();
        for (String wrong : List.of("", "{", "[]", "{\"server\":{\"id\":\"O\"}}", "1")) {
            hear("$SYS.SERVER.ACCOUNT.A.CONNS", wrong);
            hear("$SYS.SERVER.O.STATSZ", wrong);
        }
        hear("$SYS.SERVER.ACCOUNT.A.CONNS", count("O", "A", -5));
        assertThat(elsewhere(inA)).isZero();
    }

    @Test
    void shouldCountTheServersThatTellOfThemselves() {
        assertThat(answer("STATSZ", "")).contains("\"active_servers\":1,");
        for (String id : List.of("O", "P", "O", "N")) {
            hear("$SYS.SERVER." + id + ".STATSZ", "{\"server\":{\"id\":\"" + id + "\"}}");
        }
        assertThat(answer("STATSZ", "")).contains("\"active_servers\":3,");
        hear("$SYS.SERVER.P.SHUTDOWN", "{}");
        assertThat(answer("STATSZ", "")).contains("\"active_servers\":2,");
    }

    @Test
    void shouldForgetServersThatSayNothingAnyMore() throws Exception {
        Client inA = connect(5, "A", null);
        service.onPoll(0);
        RemoteServers remotes = new RemoteServers(server);
        remotes.counted("O", "A", 3, 0);
        remotes.settle(0);
        assertThat(inA.account().clientsElsewhere).isEqualTo(3);
        assertThat(remotes.seen("O", 10)).isFalse();
        remotes.settle(RemoteServers.SILENCE_NS);
        assertThat(inA.account().clientsElsewhere).isEqualTo(3);
        remotes.settle(2 * RemoteServers.SILENCE_NS);
        assertThat(inA.account().clientsElsewhere).isZero();
        assertThat(remotes.seen("O", 0)).as("a newcomer").isTrue();
    }

    @Test
    void shouldAskAServerThatHasComeHowManyClientsItHas() {
        int before = port.said.size();
        for (int i = 0; i < 2; i++) {
            hear("$SYS.SERVER.O.STATSZ", "{\"server\":{\"id\":\"O\",\"seq\":2},\"statsz\":{}}");
        }
        List<Said> said = port.said.subList(before, port.said.size());
        assertThat(said)
                .extracting(each -> each.subject() + ' ' + each.reply())
                .containsExactlyInAnyOrder(
                        "$SYS.REQ.ACCOUNT.$G.CONNS $SYS._INBOX_.N",
                        "$SYS.REQ.ACCOUNT.A.CONNS $SYS._INBOX_.N",
                        "$SYS.REQ.ACCOUNT.$SYS.CONNS $SYS._INBOX_.N");
        assertThat(JsonNames.of(said.getFirst().text())).isEqualTo(SERVER + " acc");
    }

    @Test
    void shouldSayHowManyClientsAnAccountHas() {
        connect(5, "A", null);
        String subject = "$SYS.REQ.ACCOUNT.A.CONNS";
        String answer = ask(subject, "").getFirst().text();
        assertThat(JsonNames.of(answer)).isEqualTo(COUNT);
        assertThat(answer).contains("\"acc\":\"A\",\"name\":\"A\",\"conns\":1,");
        assertThat(ask(subject, "{\"acc\":\"A\"}")).hasSize(1);
        assertThat(ask(subject, "{\"acc\":\"B\"}")).isEmpty();
        assertThat(ask(subject, "{")).isEmpty();
        assertThat(ask("$SYS.REQ.ACCOUNT.$SYS.CONNS", "")).as("without clients").isEmpty();
        assertThat(ask("$SYS.REQ.ACCOUNT.X.CONNS", "")).isEmpty();
        service.onPoll(0);
        while (events.first() != null) {
            service.onPoll(0);
        }
    }

    // --- who listens

    private String subscribers(String body) {
        List<Said> said = ask("$SYS.DEBUG.SUBSCRIBERS", body);
        assertThat(said).hasSize(1);
        return said.getFirst().text();
    }

    @ParameterizedTest
    @CsvSource({
        "orders.new, 4",
        "orders.*, 3",
        "orders.>, 3",
        "orders.new q, 1",
        "orders.* q, 1",
        "orders.new x, 0",
        "other, 1",
        ">, 4",
        "'', 0"
    })
    void shouldCountWhoListens(String asked, String count) {
        String four = "SUB orders.new 1\r\nSUB orders.* 2\r\nSUB > 3\r\nSUB orders.new q 4\r\n";
        say(99, "$SYS", four);
        say(98, "A", "SUB orders.new 1\r\n");
        assertThat(subscribers(asked)).isEqualTo(count);
    }

    @Test
    void shouldCountInTheAccountThatAnImportNames() {
        say(98, "A", "SUB orders.new 1\r\n");
        String headers = "NATS/1.0\r\nNats-Request-Info: {\"acc\":\"A\",\"rtt\":5}\r\n\r\n";
        List<Said> said =
                port.tell(service, "$SYS", 7, "$SYS.DEBUG.SUBSCRIBERS", "r", headers, "orders.new");
        assertThat(said.getFirst().text()).isEqualTo("1");
    }

    @Test
    void shouldAddUpWhoListensAtOtherServers() {
        say(99, "$SYS", "SUB orders.new q 1\r\n");
        hear("$SYS.SERVER.ACCOUNT.$SYS.CONNS", count("O", "$SYS", 3));
        hear("$SYS.SERVER.ACCOUNT.$SYS.CONNS", count("P", "$SYS", 3));
        service.onPoll(0);
        Said asked = ask("$SYS.DEBUG.SUBSCRIBERS", "orders.new q").getFirst();
        assertThat(asked.subject()).isEqualTo("$SYS.REQ.ACCOUNT.NSUBS");
        assertThat(asked.text())
                .isEqualTo("{\"acc\":\"$SYS\",\"subject\":\"orders.new\",\"queue\":\"cQ==\"}");
        assertThat(port.tell(service, "$SYS", 8, asked.reply(), "", "", "10")).isEmpty();
        assertThat(port.tell(service, "$SYS", 8, asked.reply(), "", "", "x")).isEmpty();
        Said sum = port.tell(service, "$SYS", 8, asked.reply(), "", "", "20").getFirst();
        assertThat(sum.subject()).isEqualTo("_INBOX.1");
        assertThat(sum.text()).isEqualTo("31");
        assertThat(port.tell(service, "$SYS", 8, asked.reply(), "", "", "20")).isEmpty();

        asked = ask("$SYS.DEBUG.SUBSCRIBERS", "orders.new").getFirst();
        port.tell(service, "$SYS", 8, asked.reply(), "", "", "10");
        int before = port.said.size();
        service.onPoll(System.nanoTime() + 2 * SubscriberCounts.WAIT_NS);
        assertThat(port.said.subList(before, port.said.size()))
                .as("when one hasn't answered")
                .filteredOn(each -> each.subject().equals("_INBOX.1"))
                .extracting(Said::text)
                .containsExactly("11");
    }

    @Test
    void shouldTellOtherServersWhoListensHere() {
        say(98, "A", "SUB orders.new q 1\r\nSUB orders.new 2\r\n");
        String subject = "$SYS.REQ.ACCOUNT.NSUBS";
        String of = "{\"acc\":\"A\",\"subject\":\"orders.new\"";
        assertThat(ask(subject, of + "}").getFirst().text()).isEqualTo("2");
        assertThat(ask(subject, of + ",\"queue\":\"cQ==\"}").getFirst().text()).isEqualTo("1");
        assertThat(ask(subject, of + ",\"queue\":\"?\"}")).isEmpty();
        assertThat(ask(subject, "{\"acc\":\"$SYS\",\"subject\":\"a\"}")).isEmpty();
        assertThat(ask(subject, "")).isEmpty();
    }

    private void say(long cid, String account, String lines) {
        Client client = connect(cid, account, null);
        try (NativeBlock memory = NativeBlock.allocate(4096)) {
            CommandParser parser = new CommandParser(4096, 1024);
            RouterFixture.say(fixture.router, client, parser, lines, memory);
        }
        while (events.first() != null) {
            events.removeFirst();
        }
    }

    private Client connect(long cid, String account, @Nullable Permissions permissions) {
        Client client = fixture.client(cid, new RouterFixture.CountingPeer());
        fixture.router.clients().onOpen(client);
        fixture.account(account);
        Identity identity = new Identity(Identity.Kind.USER, "u" + cid, account, permissions);
        fixture.router.admission().onConnect(client, said("u" + cid), identity);
        return client;
    }

    private static ConnectOptions said(String user) {
        return new ConnectOptions(
                false,
                false,
                true,
                true,
                true,
                false,
                1,
                "probe",
                "py",
                "1",
                "",
                false,
                new Credentials(user, "secret", "", "", "", ""));
    }

    // --- what it says unasked

    private List<Said> poll(long ms) {
        int before = port.said.size();
        service.onPoll(TimeUnit.MILLISECONDS.toNanos(ms));
        return List.copyOf(port.said.subList(before, port.said.size()));
    }

    private List<String> subjects(long ms) {
        return poll(ms).stream().map(Said::subject).toList();
    }

    @Test
    void shouldTellHowItFaresAtThePaceOfTheReference() {
        List<Long> toldMs = new ArrayList<>();
        for (long ms = 0; ms <= 60_000; ms += 50) {
            if (subjects(ms).contains("$SYS.SERVER.N.STATSZ")) {
                toldMs.add(ms);
            }
        }
        assertThat(toldMs)
                .containsExactly(
                        250L, 1_250L, 3_250L, 7_250L, 15_250L, 25_250L, 35_250L, 45_250L, 55_250L);
        assertThat(port.tell(service, "$SYS", 1, PING + "STATSZ", "", "", ""))
                .extracting(Said::subject)
                .containsExactly("$SYS.SERVER.N.STATSZ");
    }

    @Test
    void shouldTellWhoComesAndGoes() {
        Client client = connect(5, "A", null);
        List<Said> came = poll(0);
        assertThat(came)
                .extracting(Said::subject)
                .containsExactly(
                        "$SYS.SERVER.ACCOUNT.A.CONNS",
                        "$SYS.ACCOUNT.A.SERVER.CONNS",
                        "$SYS.ACCOUNT.A.CONNECT");
        assertThat(came).extracting(Said::account).containsOnly("$SYS");
        assertThat(JsonNames.of(came.get(0).text())).isEqualTo(COUNT);
        assertThat(JsonNames.of(came.get(1).text())).isEqualTo(COUNT);
        assertThat(came.get(1).text())
                .startsWith(
                        "{\"type\":\"io.nats.server.advisory.v1.account_connections\",\"id\":\"")
                .contains(
                        "\"acc\":\"A\",\"name\":\"A\",\"conns\":1,\"leafnodes\":0,\"total_conns\":1,");
        assertThat(JsonNames.of(came.get(2).text()))
                .isEqualTo(
                        "type id timestamp "
                                + SERVER
                                + " client{start host id acc user name lang ver name_tag kind"
                                + " client_type}");
        assertThat(came.get(2).text())
                .startsWith("{\"type\":\"io.nats.server.advisory.v1.client_connect\",\"id\":\"")
                .contains(
                        "\"host\":\"127.0.0.1\",\"id\":5,\"acc\":\"A\",\"user\":\"u5\",\"name\":\"probe\","
                                + "\"lang\":\"py\",\"ver\":\"1\",\"name_tag\":\"A\",\"kind\":\"Client\","
                                + "\"client_type\":\"nats\"}}");

        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        List<Said> went = poll(1);
        assertThat(went)
                .extracting(Said::subject)
                .containsExactly(
                        "$SYS.SERVER.ACCOUNT.A.CONNS",
                        "$SYS.ACCOUNT.A.SERVER.CONNS",
                        "$SYS.ACCOUNT.A.DISCONNECT");
        assertThat(went.get(0).text()).contains("\"total_conns\":0,");
        assertThat(JsonNames.of(went.get(2).text()))
                .isEqualTo(
                        "type id timestamp "
                                + SERVER
                                + " client{start host id acc user name lang ver rtt stop name_tag"
                                + " kind client_type} sent"
                                + DATA
                                + " received"
                                + DATA
                                + " reason");
        assertThat(went.get(2).text())
                .contains("\"type\":\"io.nats.server.advisory.v1.client_disconnect\",")
                .endsWith(",\"reason\":\"Client Closed\"}");
        fixture.router.flush(0);
    }

    @Test
    void shouldTellWhoIsNotLetIn() {
        Client client = fixture.client(5, new RouterFixture.CountingPeer());
        fixture.router.clients().onOpen(client);
        fixture.router.admission().onAuthenticationFailure(client, said("eve"), "no");
        fixture.router.clients().onClosed(client, CloseReason.AUTHENTICATION_FAILURE);
        List<Said> told = poll(0);
        assertThat(told)
                .extracting(each -> each.account() + ' ' + each.subject())
                .containsExactly(
                        "$G $SYS.ACCOUNT.CLIENT.AUTH.ERR",
                        "$SYS $SYS.SERVER.N.CLIENT.AUTH.ERR",
                        "$SYS $SYS.ACCOUNT.$G.DISCONNECT");
        for (Said each : told) {
            assertThat(each.text())
                    .contains("\"acc\":\"$G\",\"user\":\"eve\",\"name\":\"probe\",\"lang\":\"py\",")
                    .endsWith("\"reason\":\"Authentication Failure\"}")
                    .doesNotContain("secret");
        }
    }

    @Test
    void shouldNotCountTheGlobalAccountForOthers() {
        Client client = connect(5, "$G", null);
        assertThat(subjects(0)).containsExactly("$SYS.ACCOUNT.$G.CONNECT");
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        assertThat(subjects(1)).containsExactly("$SYS.ACCOUNT.$G.DISCONNECT");
    }

    @Test
    void shouldCountTheClientsOfAccountsAgainAndAgain() {
        Client first = connect(5, "A", null);
        Client second = connect(6, "A", null);
        poll(0);
        assertThat(subjects(29_999)).doesNotContain("$SYS.ACCOUNT.A.SERVER.CONNS");
        assertThat(subjects(30_000)).contains("$SYS.ACCOUNT.A.SERVER.CONNS");
        assertThat(port.said.getLast().text()).contains("\"conns\":2,");
        fixture.router.clients().onClosed(first, CloseReason.CLIENT_CLOSED);
        poll(30_001);
        fixture.router.clients().onClosed(second, CloseReason.CLIENT_CLOSED);
        poll(30_002);
        assertThat(subjects(100_000)).containsOnly("$SYS.SERVER.N.STATSZ");
        fixture.router.flush(0);
    }

    @Test
    void shouldMoveAClientThatSaysItIsSomebodyElse() {
        Client client = connect(5, "A", null);
        poll(0);
        Identity other = new Identity(Identity.Kind.USER, "s", "$SYS", null);
        fixture.account(other.account());
        fixture.router.admission().onConnect(client, said("s"), other);
        assertThat(poll(1))
                .extracting(Said::subject)
                .containsExactly(
                        "$SYS.SERVER.ACCOUNT.A.CONNS",
                        "$SYS.ACCOUNT.A.SERVER.CONNS",
                        "$SYS.SERVER.ACCOUNT.$SYS.CONNS",
                        "$SYS.ACCOUNT.$SYS.SERVER.CONNS",
                        "$SYS.ACCOUNT.$SYS.CONNECT");
    }

    @Test
    void shouldTellEventsLaterThatTheRouterHasNoRoomFor() {
        connect(5, "A", null);
        port.full = true;
        assertThat(subjects(0)).isEmpty();
        port.full = false;
        assertThat(subjects(1)).hasSize(3);
        assertThat(subjects(2)).isEmpty();
    }

    @Test
    void shouldDropAndCountEventsThereIsNoRoomFor() {
        for (int i = 0; i < ClientEvents.MAX_EVENTS + 7; i++) {
            events.counted("A", i);
        }
        assertThat(events.dropped()).isEqualTo(7);
        int told = 0;
        for (int i = 0; i < ClientEvents.MAX_EVENTS / Events.AT_ONCE; i++) {
            told += poll(0).size();
        }
        assertThat(told).isEqualTo(2 * ClientEvents.MAX_EVENTS);
        assertThat(logged).containsExactly("WARN System events dropped: 7");
    }

    @Test
    void shouldBoundTheBytesOfEvents() {
        Client client = fixture.client(5, new RouterFixture.CountingPeer());
        fixture.router.clients().onOpen(client);
        ConnectOptions long4K = said("x".repeat(4_000));
        for (int i = 0; i < 2 * ClientEvents.MAX_BYTES / 4_000; i++) {
            fixture.router
                    .admission()
                    .onConnect(client, long4K, Identity.claimedBy(long4K.credentials()));
        }
        assertThat(events.dropped()).isPositive();
        assertThat(ledger.bytes(Debt.MONITORING)).isBetween(1L, (long) ClientEvents.MAX_BYTES);
        while (events.first() != null) {
            poll(0);
        }
    }

    @Test
    void shouldSayThatItEnds() {
        poll(0);
        assertThat(service.isWaiting()).isFalse();
        service.leave();
        assertThat(service.isWaiting()).isTrue();
        List<Said> leaves = poll(1);
        assertThat(leaves).extracting(Said::subject).containsExactly("$SYS.SERVER.N.LAMEDUCK");
        assertThat("server{" + JsonNames.of(leaves.getFirst().text()) + '}').isEqualTo(SERVER);
        assertThat(service.isWaiting()).isFalse();
        assertThat(subjects(2)).isEmpty();
        service.stop();
        assertThat(port.said.getLast().subject()).isEqualTo("$SYS.SERVER.N.SHUTDOWN");
        assertThat("server{" + JsonNames.of(port.said.getLast().text()) + '}').isEqualTo(SERVER);
    }

    @Test
    void shouldSayThatItLeavesBeforeItEndsAtOnce() {
        service.leave();
        service.stop();
        assertThat(port.said)
                .extracting(Said::subject)
                .containsExactly("$SYS.SERVER.N.LAMEDUCK", "$SYS.SERVER.N.SHUTDOWN");
    }

    @Test
    void shouldBeginOnceTheRouterAnswers() {
        SystemService late =
                new SystemService(
                        server,
                        new ServerAnswers(server, log),
                        events,
                        ledger,
                        log,
                        InstantSource.fixed(Instant.EPOCH),
                        new AtomicLong(1));
        FakePort way = new FakePort();
        server.silent = true;
        late.start(way);
        late.leave();
        late.onPoll(0);
        assertThat(late.isWaiting()).as("for the router alone").isFalse();
        assertThat(way.tell(late, "$SYS", 1, PING + "IDZ", "r", "", "")).isEmpty();
        server.silent = false;
        late.onPoll(1);
        assertThat(way.tell(late, "$SYS", 1, PING + "IDZ", "r", "", "")).hasSize(1);
        assertThat(way.said.getFirst().subject()).isEqualTo("$SYS.SERVER.N.LAMEDUCK");
    }

    // --- who hears it

    private void subscribe(String subject) {
        Client admin =
                fixture.connected(99, "$SYS", new RouterFixture.CountingPeer(), fixture.queue());
        try (NativeBlock memory = NativeBlock.allocate(4096)) {
            CommandParser parser = new CommandParser(4096, 1024);
            RouterFixture.say(fixture.router, admin, parser, "SUB " + subject + " 1\r\n", memory);
        }
    }

    private void tellWhoListens() {
        events.tellTo(
                "N",
                subject -> fixture.router.hears("$SYS", subject),
                subject -> fixture.router.hears("$G", subject));
    }

    @Test
    void shouldMakeNothingOfWhatNobodyHears() {
        tellWhoListens();
        Client client = connect(5, "A", null);
        Client refused = fixture.client(6, new RouterFixture.CountingPeer());
        fixture.router.clients().onOpen(refused);
        fixture.router.admission().onAuthenticationFailure(refused, said("eve"), "no");
        fixture.router.clients().onClosed(refused, CloseReason.AUTHENTICATION_FAILURE);
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        assertThat(events.added()).isZero();
        assertThat(subjects(0)).isEmpty();
        fixture.router.flush(0);
    }

    @ParameterizedTest
    @CsvSource({
        "$SYS.ACCOUNT.A.CONNECT,        1",
        "$SYS.ACCOUNT.*.DISCONNECT,     2",
        "$SYS.ACCOUNT.A.SERVER.CONNS,   2",
        "$SYS.SERVER.ACCOUNT.A.CONNS,   2",
        "$SYS.SERVER.*.CLIENT.AUTH.ERR, 1",
        "$SYS.ACCOUNT.B.>,              0",
        "$SYS.ACCOUNT.>,                5",
        ">,                             6",
    })
    void shouldTellWhatSomebodyHears(String subject, int number) {
        tellWhoListens();
        subscribe(subject);
        long before = events.added();
        Client client = connect(5, "A", null);
        Client refused = fixture.client(6, new RouterFixture.CountingPeer());
        fixture.router.clients().onOpen(refused);
        fixture.router.admission().onAuthenticationFailure(refused, said("eve"), "no");
        fixture.router.clients().onClosed(refused, CloseReason.AUTHENTICATION_FAILURE);
        fixture.router.clients().onClosed(client, CloseReason.CLIENT_CLOSED);
        assertThat(events.added() - before).isEqualTo(number);
        while (events.first() != null) {
            poll(0);
        }
        fixture.router.flush(0);
    }

    /** Nor could a service publish there. */
    @Test
    void shouldTellNothingUnderSubjectsThatNoClientCanRead() {
        tellWhoListens();
        subscribe(">");
        long before = events.added();
        connect(5, "x".repeat(40_000), null);
        assertThat(events.added()).isEqualTo(before);
        while (events.first() != null) {
            poll(0);
        }
    }

    /** As in the reference, where each account has a timer whether anybody listens or not. */
    @Test
    void shouldTellOfClientsThatCameBeforeAnybodyListened() {
        tellWhoListens();
        connect(5, "A", null);
        connect(6, "$G", null);
        poll(0);
        subscribe("$SYS.ACCOUNT.*.SERVER.CONNS");
        poll(1);
        assertThat(subjects(29_999)).doesNotContain("$SYS.ACCOUNT.A.SERVER.CONNS");
        assertThat(subjects(30_000))
                .contains("$SYS.ACCOUNT.A.SERVER.CONNS", "$SYS.ACCOUNT.$SYS.SERVER.CONNS")
                .doesNotContain("$SYS.ACCOUNT.$G.SERVER.CONNS");
        assertThat(subjects(59_999)).doesNotContain("$SYS.ACCOUNT.A.SERVER.CONNS");
        assertThat(subjects(60_000)).contains("$SYS.ACCOUNT.A.SERVER.CONNS");
    }

    @Test
    void shouldAskForTheAccountsThatEventsConcernAlone() {
        for (int i = 0; i < 1_000; i++) {
            fixture.router.onAccounts(RouterFixture.accounts(Set.of("other" + i)));
        }
        poll(0);
        server.answers.clear();
        connect(5, "A", null);
        assertThat(poll(1)).hasSize(3);
        assertThat(server.answers).hasSize(2).noneMatch(each -> each instanceof ServerSnapshot);
        assertThat(server.answers.getLast())
                .isInstanceOfSatisfying(
                        Map.class,
                        accounts -> assertThat(accounts.keySet().toString()).isEqualTo("[A]"));
    }

    /** Behind the question about accounts, too, which comes second. */
    @Test
    void shouldTellAllOfWhatHappensWhileItTells() {
        fixture.router.onAccounts(RouterFixture.accounts(Set.of("B")));
        poll(0);
        connect(5, "A", null);
        server.meanwhile = () -> server.meanwhile = () -> connect(6, "B", null);
        List<String> told = new ArrayList<>(subjects(1));
        told.addAll(subjects(2));
        assertThat(told)
                .contains("$SYS.ACCOUNT.A.SERVER.CONNS", "$SYS.ACCOUNT.A.CONNECT")
                .contains("$SYS.ACCOUNT.B.SERVER.CONNS", "$SYS.ACCOUNT.B.CONNECT");
    }

    @Test
    void shouldLookForAccountsWithClientsInSmallPortions() {
        Set<String> names = new LinkedHashSet<>(List.of("$SYS"));
        for (int i = 0; i < 5_000; i++) {
            names.add("other" + i);
        }
        fixture.router.onAccounts(RouterFixture.accounts(names));
        connect(5, "other4999", null);
        while (events.first() != null) {
            events.removeFirst();
        }
        assertThat(subjects(0)).contains("$SYS.ACCOUNT.other4999.SERVER.CONNS");
        assertThat(server.answers).hasSizeGreaterThan(4);
    }

    @Test
    void shouldTellCountsLaterThatTheRouterHasNoRoomFor() {
        connect(5, "A", null);
        poll(0);
        port.full = true;
        assertThat(subjects(30_000)).isEmpty();
        port.full = false;
        assertThat(subjects(30_100)).contains("$SYS.ACCOUNT.A.SERVER.CONNS");
    }

    /** Other names stand there as they are, as in the reference, though they are several tokens. */
    @ParameterizedTest
    @CsvSource({
        "B C,         B_C",
        "\\t\\r\\n,      ___",
        "D.E,         D.E",
        "*,           *",
        "é€,          Ã©â\u0082¬",
    })
    void shouldTellUnderSubjectsThatAreValidWhateverAccountsAreCalled(String name, String shown) {
        String account = name.translateEscapes();
        connect(5, account, null);
        List<Said> came = poll(0);
        assertThat(came)
                .extracting(Said::subject)
                .containsExactly(
                        "$SYS.SERVER.ACCOUNT." + shown + ".CONNS",
                        "$SYS.ACCOUNT." + shown + ".SERVER.CONNS",
                        "$SYS.ACCOUNT." + shown + ".CONNECT");
        assertThat(came.getLast().text()).contains("\"acc\":\"" + name + '"');
    }

    @Test
    void shouldLogDroppedEventsOnceASecond() {
        for (int ms = 0; ms < 3_000; ms += 100) {
            for (int i = 0; i < ClientEvents.MAX_EVENTS; i++) {
                events.counted("A", i);
            }
            poll(ms);
        }
        assertThat(logged).hasSize(3).allMatch(line -> line.contains("System events dropped: "));
        while (events.first() != null) {
            events.removeFirst();
        }
    }
}
