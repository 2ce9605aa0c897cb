package io.millrace.broker.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.FakeServer;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.monitor.StoredView;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.VerdictRoom;
import io.millrace.broker.routing.peer.Client;
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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Field names and error texts are those that nats-server 2.15.2 answered with. */
class AccountServiceTest {
    private static final String TRAFFIC =
            "{msgs bytes gateways{msgs bytes} routes{msgs bytes} leafs{msgs bytes}}";
    private static final String STATZ =
            "data{server_id now account_statz[acc name conns leafnodes total_conns"
                    + " num_subscriptions sent"
                    + TRAFFIC
                    + " received"
                    + TRAFFIC
                    + " slow_consumers]}";

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());
    private final Ledger ledger = Ledger.unbounded();
    private final FakeServer server =
            new FakeServer(
                    fixture.router,
                    new OptionsBuilder().accounts(Set.of("A", "B", "$SYS")).conclude(1));
    private final AccountService service =
            new AccountService(
                    server,
                    new ServerAnswers(server, ServerLog.discarding()),
                    ledger,
                    ServerLog.discarding(),
                    InstantSource.fixed(Instant.EPOCH),
                    new AtomicLong());
    private final FakePort port = new FakePort();

    @BeforeEach
    void start() {
        fixture.router.onAccounts(RouterFixture.accounts(Set.of("A", "B", "$SYS")));
        service.start(port);
    }

    @AfterEach
    void close() {
        service.stop();
        fixture.close();
        assertThat(ledger.bytes(Debt.Store.HEAP)).as("nothing is left behind").isZero();
    }

    private List<Said> ask(String account, long cid, String subject, String body) {
        int before = port.said.size();
        port.tell(service, account, cid, subject, "r", "", body);
        work();
        return List.copyOf(port.said.subList(before, port.said.size()));
    }

    /** Until nothing waits any more, however long it would rest. */
    private void work() {
        long now = System.nanoTime();
        while (service.onPoll(now) - now < TimeUnit.MINUTES.toNanos(1)) {
            now += TimeUnit.MINUTES.toNanos(1);
        }
    }

    private String answer(String account, String subject, String body) {
        List<Said> said = ask(account, 5, subject, body);
        assertThat(said).hasSize(1);
        assertThat(said.getFirst().account()).isEqualTo(account);
        assertThat(said.getFirst().subject()).isEqualTo("r");
        return said.getFirst().text();
    }

    private static String data(String answer) {
        String names = JsonNames.of(answer);
        assertThat(names).startsWith("server{name ");
        return names.substring(names.indexOf("} ") + 2).replaceFirst(".*? time} ", "");
    }

    private Client connect(long cid, String account, @Nullable Permissions permissions) {
        Client client = fixture.client(cid, new RouterFixture.CountingPeer());
        fixture.router.clients().onOpen(client);
        Identity identity = new Identity(Identity.Kind.USER, "u" + cid, account, permissions);
        Credentials secrets = new Credentials("u" + cid, "secret", "", "", "", "");
        ConnectOptions said =
                new ConnectOptions(
                        false, false, true, true, true, false, 1, "probe", "py", "1", "", false,
                        secrets);
        fixture.router.admission().onConnect(client, said, identity);
        return client;
    }

    // --- users, of themselves

    @Test
    void shouldTellUsersWhoTheyAre() {
        PermissionOptions may =
                new PermissionOptions(
                        new SubjectRules(List.of("foo"), List.of("bar")),
                        new SubjectRules(List.of("a.*", "b q"), List.of()),
                        new ResponseRule(1, Duration.ofMinutes(2)));
        connect(5, "A", new Permissions(may, VerdictRoom.ofConfiguration()));
        connect(6, "A", null);
        String subject = "$SYS.REQ.USER.INFO";
        assertThat(answer("A", subject, "{"))
                .startsWith("{\"server\":{\"name\":\"n\",")
                .endsWith(
                        "},\"data\":{\"user\":\"u5\",\"account\":\"A\",\"account_name\":\"A\","
                                + "\"permissions\":{\"publish\":{\"allow\":[\"foo\"],\"deny\":[\"bar\"]},"
                                + "\"subscribe\":{\"allow\":[\"a.*\",\"b q\"]},"
                                + "\"responses\":{\"max\":1,\"ttl\":120000000000}}}}");
        assertThat(ask("A", 6, subject, "").getFirst().text())
                .endsWith("\"data\":{\"user\":\"u6\",\"account\":\"A\",\"account_name\":\"A\"}}");
        assertThat(ask("A", 7, subject, "")).as("is gone").isEmpty();
        port.tell(service, "A", 6, subject, "", "", "");
        work();
        assertThat(port.said).as("without a reply").hasSize(2);
    }

    @Test
    void shouldNotKnowWhoAsksForAnAccount() {
        connect(5, "$SYS", null);
        assertThat(answer("$SYS", "$SYS.REQ.USER.A.INFO", ""))
                .endsWith("\"data\":{\"user\":\"\",\"account\":\"\"}}");
        assertThat(ask("A", 5, "$SYS.REQ.USER.A.INFO", "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.CONNZ"})
    void shouldShowUsersTheConnectionsOfTheirOwnAccountOnly(String subject) {
        connect(5, "A", null);
        connect(6, "B", null);
        connect(7, "A", null);
        assertThat(answer("A", subject, "{\"acc\":\"B\",\"auth\":true}"))
                .contains("\"num_connections\":2,\"total\":2,", "\"cid\":5,", "\"cid\":7,")
                .doesNotContain("\"cid\":6,", "u6", "secret");
        assertThat(answer("A", subject, "{\"cid\":6}")).contains("\"num_connections\":0,");
        assertThat(answer("B", subject, "{\"user\":\"u5\",\"auth\":true}"))
                .contains("\"num_connections\":0,");
        assertThat(answer("B", subject, "{\"state\":2,\"subscriptions\":true}"))
                .contains("\"num_connections\":1,\"total\":1,");
    }

    @Test
    void shouldShowUsersNoConnectionsThatEndedInOtherAccounts() {
        fixture.router
                .clients()
                .onClosed(
                        connect(5, "A", null),
                        io.millrace.broker.delivery.CloseReason.CLIENT_CLOSED);
        String subject = "$SYS.REQ.SERVER.PING.CONNZ";
        assertThat(answer("A", subject, "{\"state\":1}")).contains("\"num_connections\":1,");
        assertThat(answer("B", subject, "{\"state\":1}")).contains("\"num_connections\":0,");
    }

    @Test
    void shouldTellUsersWhatTheirOwnAccountDoes() {
        String subject = "$SYS.REQ.ACCOUNT.PING.STATZ";
        connect(6, "B", null);
        assertThat(ask("A", 5, subject, "")).as("without clients").isEmpty();
        assertThat(answer("A", subject, "{\"include_unused\":true}")).contains("\"conns\":0,");
        connect(5, "A", null);
        String answer = answer("A", subject, "{\"accounts\":[\"B\"]}");
        assertThat(data(answer)).isEqualTo(STATZ);
        assertThat(answer).contains("[{\"acc\":\"A\",\"name\":\"A\",\"conns\":1,");
        assertThat(answer).doesNotContain("\"B\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$SYS.REQ.ACCOUNT.A.CONNZ",
                "$SYS.REQ.ACCOUNT.A.SUBSZ",
                "$SYS.REQ.ACCOUNT.A.STATZ",
                "$SYS.REQ.ACCOUNT.A.INFO",
                "$SYS.REQ.ACCOUNT.PING.INFO"
            })
    void shouldAnswerOthersOnlyInTheSystemAccount(String subject) {
        connect(5, "A", null);
        assertThat(ask("A", 5, subject, "")).isEmpty();
    }

    // --- the system account, of any account

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SUBSZ | data{server_id now num_subscriptions num_cache num_inserts num_removes num_matches cache_hit_rate max_fanout avg_fanout total offset limit}
                    CONNZ | data{server_id now num_connections total offset limit connections[cid kind type ip port start last_activity rtt uptime idle pending_bytes in_msgs out_msgs in_bytes out_bytes subscriptions name lang version]}
                    LEAFZ | data{server_id now leafnodes leafs}
                    INFO  | data{account_name update_time expired complete jetstream_enabled leafnode_connections client_connections subscriptions imports[subject account to local_subject type invalid share tracking] name_tag sublist_stats{num_subscriptions num_cache num_inserts num_removes num_matches cache_hit_rate max_fanout avg_fanout}}
                    """)
    void shouldTellOfAnAccount(String kind, String data) {
        connect(5, "A", null);
        connect(6, "B", null);
        String answer = answer("$SYS", "$SYS.REQ.ACCOUNT.A." + kind, "{\"acc\":\"B\"}");
        assertThat(data(answer)).isEqualTo(data);
        assertThat(answer).doesNotContain("\"cid\":6");
    }

    @Test
    void shouldTellWhatOneAccountDoesOrAll() {
        connect(5, "A", null);
        String one = "$SYS.REQ.ACCOUNT.A.STATZ";
        assertThat(data(answer("$SYS", one, ""))).isEqualTo(STATZ);
        assertThat(ask("$SYS", 5, "$SYS.REQ.ACCOUNT.B.STATZ", "")).isEmpty();
        String all = "$SYS.REQ.ACCOUNT.PING.STATZ";
        assertThat(answer("$SYS", all, "")).contains("\"A\"").doesNotContain("\"B\"");
        assertThat(answer("$SYS", all, "{\"include_unused\":true}"))
                .contains("\"A\"", "\"B\"", "\"$SYS\"", "\"$G\"");
        assertThat(answer("$SYS", all, "{\"accounts\":[\"B\",\"X\"],\"include_unused\":true}"))
                .contains("\"B\"")
                .doesNotContain("\"A\"", "\"X\"");
        assertThat(ask("$SYS", 5, all, "{\"accounts\":[\"B\"]}")).isEmpty();
        assertThat(answer("$SYS", all, "{\"accounts\":[1]}"))
                .endsWith(
                        "\"json: cannot unmarshal number into Go struct field"
                                + " AccountStatzEventOptions.AccountStatzOptions.accounts of type"
                                + " string\"}}");
    }

    @Test
    void shouldSayWhyItCannotTellOfAnAccount() {
        assertThat(answer("$SYS", "$SYS.REQ.ACCOUNT.X.INFO", ""))
                .endsWith(
                        "},\"data\":null,\"error\":{\"code\":500,\"description\":\"Account X does"
                                + " not exist\"}}");
        assertThat(answer("$SYS", "$SYS.REQ.ACCOUNT.A.JSZ", ""))
                .endsWith(
                        "},\"data\":null,\"error\":{\"code\":500,\"description\":\"jetstream not"
                                + " enabled\"}}");
    }

    @Test
    void shouldTellWhatAnAccountHasOfJetStream() {
        server.jetStream = Optional.of(StoredView.healthy());
        assertThat(answer("$SYS", "$SYS.REQ.ACCOUNT.B.JSZ", ""))
                .endsWith(
                        "},\"data\":{\"name\":\"B\",\"id\":\"B\",\"memory\":0,\"storage\":0,"
                                + "\"reserved_memory\":1048576,\"reserved_storage\":2097152,"
                                + "\"accounts\":0,\"ha_assets\":0,\"api\":{\"level\":0,"
                                + "\"total\":0,\"errors\":0}}}");
        assertThat(answer("$SYS", "$SYS.REQ.ACCOUNT.A.JSZ", "{\"streams\":true}"))
                .contains(
                        "\"stream_detail\":[{\"name\":\"MEM\",\"created\":"
                                + "\"2026-11-26T22:23:00.103708911Z\",\"cluster\":{\"leader\":\"n\"},"
                                + "\"state\":{\"messages\":1,\"bytes\":22,\"first_seq\":1,")
                .doesNotContain("config");
        assertThat(answer("$SYS", "$SYS.REQ.ACCOUNT.$SYS.JSZ", ""))
                .endsWith(
                        "},\"data\":null,\"error\":{\"code\":500,\"description\":\"account"
                                + " \\\"$SYS\\\" not jetstream enabled\"}}");
        assertThat(answer("$SYS", "$SYS.REQ.ACCOUNT.Z.JSZ", ""))
                .endsWith(
                        "},\"data\":null,\"error\":{\"code\":500,\"description\":\"account"
                                + " \\\"Z\\\" not found\"}}");
    }

    // --- in turn

    @Test
    void shouldNotLetOneTenantsRequestsHoldUpAnothers() {
        connect(5, "A", null);
        connect(6, "B", null);
        String subject = "$SYS.REQ.SERVER.PING.CONNZ";
        for (int i = 0; i < 100_000; i++) {
            port.tell(service, "A", 5, subject, "a", "", "");
        }
        assertThat(port.said)
                .as("what is too much")
                .hasSizeGreaterThan(99_000)
                .allMatch(each -> each.text().contains("\"error\":{\"code\":429,"));
        assertThat(ledger.bytes(Debt.Store.HEAP)).isLessThan(2 * Backlog.EACH_BYTES);
        port.said.clear();
        port.tell(service, "B", 6, subject, "b", "", "");
        port.tell(service, "$SYS", 7, "$SYS.REQ.ACCOUNT.A.INFO", "s", "", "");
        work();
        assertThat(port.said.subList(0, 3)).extracting(Said::subject).contains("b", "s");
        assertThat(port.said).hasSizeGreaterThan(100);
    }

    @Test
    void shouldRestAsLongAsItWorks() {
        connect(5, "A", null);
        for (int i = 0; i < 10; i++) {
            port.tell(service, "A", 5, "$SYS.REQ.USER.INFO", "a", "", "");
        }
        long now = System.nanoTime();
        long next = service.onPoll(now);
        int done = port.said.size();
        assertThat(done).isPositive();
        if (done < 10) {
            assertThat(next).isGreaterThan(now);
            assertThat(service.onPoll(next - 1)).isEqualTo(next);
            assertThat(port.said).hasSize(done);
        }
        work();
        assertThat(port.said).hasSize(10);
    }

    // --- other servers

    private void anotherServerListens() {
        Client other =
                fixture.connected(99, "$SYS", new RouterFixture.CountingPeer(), fixture.queue());
        try (NativeBlock memory = NativeBlock.allocate(4096)) {
            CommandParser parser = new CommandParser(4096, 1024);
            String line = "SUB $SYS.REQ.ACCOUNT.*.CONNZ 1\r\n";
            RouterFixture.say(fixture.router, other, parser, line, memory);
        }
    }

    @Test
    void shouldPassOnWhatUsersAskAndWhatOtherServersAnswer() {
        connect(5, "A", null);
        anotherServerListens();
        List<Said> said = ask("A", 5, "$SYS.REQ.SERVER.PING.CONNZ", "{\"limit\":7}");
        assertThat(said).hasSize(2);
        Said asked = said.getFirst();
        assertThat(asked.account()).isEqualTo("$SYS");
        assertThat(asked.subject()).isEqualTo("$SYS.REQ.ACCOUNT.A.CONNZ");
        assertThat(asked.text()).isEqualTo("{\"limit\":7}");
        assertThat(said.get(1).text()).contains("\"limit\":7");

        String inbox = asked.reply();
        String headers = "NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n";
        for (int i = 0; i < 2; i++) {
            Said passed = port.tell(service, "$SYS", 9, inbox, "", headers, "zipped").getFirst();
            assertThat(passed.account()).isEqualTo("A");
            assertThat(passed.subject()).isEqualTo("r");
            assertThat(passed.headerText()).isEqualTo(headers);
            assertThat(passed.text()).isEqualTo("zipped");
        }
        String other = inbox.substring(0, inbox.lastIndexOf('.'));
        for (String wrong : List.of(".77", ".x", ".-1", ".99999999999999999999")) {
            assertThat(port.tell(service, "$SYS", 9, other + wrong, "", "", "x")).isEmpty();
        }
        assertThat(port.tell(service, "A", 9, inbox, "", "", "x")).as("of a tenant").isEmpty();
    }

    @Test
    void shouldNotHaveAllServersWorkForOneTenantAlone() {
        connect(5, "A", null);
        connect(6, "B", null);
        anotherServerListens();
        for (int i = 0; i < Relays.MOST_OF_ONE; i++) {
            assertThat(ask("A", 5, "$SYS.REQ.SERVER.PING.CONNZ", "")).hasSize(2);
        }
        assertThat(answer("A", "$SYS.REQ.SERVER.PING.CONNZ", "")).contains("\"code\":429,");
        assertThat(ask("B", 6, "$SYS.REQ.SERVER.PING.CONNZ", "")).hasSize(2);
    }

    @Test
    void shouldAskOtherServersForTheEncodingThatItIsAskedFor() {
        connect(5, "A", null);
        anotherServerListens();
        String headers = "NATS/1.0\r\nAccept-Encoding: gzip\r\n\r\n";
        port.tell(service, "A", 5, "$SYS.REQ.SERVER.PING.CONNZ", "r", headers, "");
        work();
        assertThat(port.said.getFirst().headerText()).isEqualTo(headers);
        assertThat(port.said.get(1).headerText())
                .isEqualTo("NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n");
        assertThat(new String(port.said.get(1).payload(), StandardCharsets.ISO_8859_1))
                .startsWith("\u001f\u008b");
    }

    @Test
    void shouldForgetWhomAnswersAreForAfterAWhile() {
        Relays relays = new Relays();
        Relays.Asker asker = new Relays.Asker("A", "r");
        long number = relays.add(asker, 0);
        assertThat(relays.of(number, Relays.KEPT_NS - 1)).isEqualTo(asker);
        assertThat(relays.of(number, Relays.KEPT_NS)).isNull();
        for (int i = 0; i < Relays.MOST_OF_ONE; i++) {
            assertThat(relays.add(asker, 0)).isPositive();
        }
        assertThat(relays.add(asker, 0)).isZero();
        assertThat(relays.add(asker, Relays.KEPT_NS)).isPositive();
    }
}
