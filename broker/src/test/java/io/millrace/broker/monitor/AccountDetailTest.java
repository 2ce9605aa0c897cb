package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.Latency;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.protocol.MapDest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What is told of an account, field by field as nats-server 2.15.2 does, but for the order. */
class AccountDetailTest {
    private static final Access FOR_B = new Access(Set.of("B"), 0);

    private static final AccountOptions A =
            new AccountOptions(
                    "A",
                    "",
                    List.of(
                            new StreamExport("st.>", Access.PUBLIC),
                            new StreamExport("pst.*", FOR_B)),
                    List.of(
                            service("svc.*", Access.PUBLIC, ResponseType.STREAM, null),
                            service("lat", FOR_B, new Latency("lat.res", 40)),
                            service(
                                    "lath.*",
                                    Access.PUBLIC,
                                    new Latency("lat.resh", Latency.BY_HEADERS)),
                            service("tok.*", new Access(null, 2), ResponseType.CHUNKED, null)),
                    List.of(),
                    List.of(),
                    List.of(
                            new MappingOptions(
                                    "w.*",
                                    List.of(
                                            new MapDest("x.$1", 30),
                                            new MapDest("y.{{wildcard(1)}}", 20),
                                            new MapDest("z.$1", 50, "C2"))),
                            new MappingOptions("foo", List.of(new MapDest("bar", 100))),
                            new MappingOptions(
                                    "lossy",
                                    List.of(new MapDest("lossy", 10), new MapDest("l", 20)))),
                    new AccountLimits(7, -1, 20, -1),
                    null);

    private static final AccountOptions B =
            new AccountOptions(
                    "B",
                    "",
                    List.of(),
                    List.of(),
                    List.of(
                            new StreamImport("A", "st.a", "pre.st.a", false),
                            new StreamImport("A", "st.b.*", "my.$1", false)),
                    List.of(
                            new ServiceImport("A", "svc.*", "s.$1", true),
                            new ServiceImport("A", "lat", "lat", false),
                            new ServiceImport("A", "lath.x", "lh", false)),
                    List.of(),
                    AccountLimits.NONE,
                    null);

    private final RouterFixture fixture = new RouterFixture(ServerLog.discarding());

    private static ServiceExport service(String subject, Access access, @Nullable Latency latency) {
        return service(subject, access, ResponseType.SINGLETON, latency);
    }

    private static ServiceExport service(
            String subject, Access access, ResponseType type, @Nullable Latency latency) {
        return new ServiceExport(subject, access, type, Duration.ofSeconds(1), latency, false);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /** The detail without blanks. */
    private String detail(String name, String systemAccount) throws Exception {
        AuthOptions auth =
                new AuthOptions(
                        "",
                        Secret.NONE,
                        Secret.NONE,
                        List.of(),
                        "",
                        false,
                        AuthOptions.DEFAULT_TIMEOUT,
                        List.of(A, B),
                        systemAccount);
        fixture.router.onAccounts(RouterFixture.plans(A, B, AccountOptions.named("SYS")));
        AccountDetail detail =
                new AccountDetail(
                        auth,
                        new OptionsBuilder().conclude(1).jetStream(),
                        Inspection.server(fixture.router),
                        Inspection.account(fixture.router, name).orElseThrow());
        byte[] json = JsonOut.line(detail::write);
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void shouldShowWhatAnAccountIs() throws Exception {
        assertThat(detail("A", "").replaceFirst("\"update_time\":\"[^\"]+Z\"", "\"T\""))
                .startsWith(
                        "{\"account_name\":\"A\",\"T\",\"expired\":false,\"complete\":true,"
                                + "\"jetstream_enabled\":false,\"leafnode_connections\":0,"
                                + "\"client_connections\":0,\"subscriptions\":0,\"mappings\":{")
                .contains(
                        "],\"name_tag\":\"A\",\"sublist_stats\":{\"num_subscriptions\":0,"
                                + "\"num_cache\":0,\"num_inserts\":0,\"num_removes\":0,"
                                + "\"num_matches\":0,\"cache_hit_rate\":0,\"max_fanout\":0,"
                                + "\"avg_fanout\":0}")
                .endsWith(
                        ",\"limits\":{\"max_connections\":7,\"max_subscriptions\":-1,"
                                + "\"max_payload\":20,\"max_leafnodes\":-1}}");
    }

    @Test
    void shouldShowMappingsWithTheirBounds() throws Exception {
        assertThat(detail("A", ""))
                .contains(
                        "\"mappings\":{"
                                + "\"foo\":[{\"subject\":\"bar\",\"weight\":100}],"
                                + "\"lossy\":[{\"subject\":\"lossy\",\"weight\":10},"
                                + "{\"subject\":\"l\",\"weight\":30}],"
                                + "\"w.*\":[{\"subject\":\"y.{{wildcard(1)}}\",\"weight\":20},"
                                + "{\"subject\":\"x.$1\",\"weight\":50},"
                                + "{\"subject\":\"w.$1\",\"weight\":100},"
                                + "{\"subject\":\"z.$1\",\"weight\":50,\"cluster\":\"C2\"},"
                                + "{\"subject\":\"w.$1\",\"weight\":100,\"cluster\":\"C2\"}]}");
        assertThat(detail("B", "")).doesNotContain("mappings");
    }

    @Test
    void shouldShowWhatAnAccountExports() throws Exception {
        assertThat(detail("A", ""))
                .contains(
                        "\"exports\":["
                                + "{\"subject\":\"svc.*\",\"type\":\"service\","
                                + "\"response_type\":\"Streamed\"},"
                                + "{\"subject\":\"lat\",\"type\":\"service\","
                                + "\"response_type\":\"Singleton\",\"service_latency\":"
                                + "{\"sampling\":40,\"results\":\"lat.res\"},"
                                + "\"approved_accounts\":[\"B\"]},"
                                + "{\"subject\":\"lath.*\",\"type\":\"service\","
                                + "\"response_type\":\"Singleton\",\"service_latency\":"
                                + "{\"sampling\":\"headers\",\"results\":\"lat.resh\"}},"
                                + "{\"subject\":\"tok.*\",\"type\":\"service\","
                                + "\"response_type\":\"Chunked\"},"
                                + "{\"subject\":\"st.>\",\"type\":\"stream\"},"
                                + "{\"subject\":\"pst.*\",\"type\":\"stream\","
                                + "\"approved_accounts\":[\"B\"]}],")
                .doesNotContain("imports");
    }

    @Test
    void shouldShowWhatAnAccountImports() throws Exception {
        String none = "\"invalid\":false,\"share\":false,\"tracking\":false";
        assertThat(detail("B", ""))
                .contains(
                        "\"imports\":["
                                + "{\"subject\":\"st.a\",\"account\":\"A\","
                                + "\"local_subject\":\"pre.st.a\",\"type\":\"stream\","
                                + none
                                + "},{\"subject\":\"st.b.*\",\"account\":\"A\","
                                + "\"local_subject\":\"my.*\",\"type\":\"stream\","
                                + none
                                + "},{\"subject\":\"svc.*\",\"account\":\"A\",\"to\":\"s.*\","
                                + "\"local_subject\":\"s.*\",\"type\":\"service\","
                                + "\"invalid\":false,\"share\":true,\"tracking\":false},"
                                + "{\"subject\":\"lat\",\"account\":\"A\",\"to\":\"lat\","
                                + "\"local_subject\":\"lat\",\"type\":\"service\","
                                + none
                                + ",\"latency\":{\"sampling\":40,\"results\":\"lat.res\"}},"
                                + "{\"subject\":\"lath.x\",\"account\":\"A\",\"to\":\"lh\","
                                + "\"local_subject\":\"lh\",\"type\":\"service\","
                                + none
                                + ",\"latency\":{\"sampling\":\"headers\","
                                + "\"results\":\"lat.resh\"}}],")
                .doesNotContain("exports", "limits");
    }

    @Test
    void shouldShowWhatAnAccountMayAskOfTheSystemAccount() throws Exception {
        String service = "\"type\":\"service\",\"invalid\":false,\"share\":";
        assertThat(detail("A", "SYS"))
                .contains(
                        "\"imports\":[{\"subject\":\"$SYS.REQ.ACCOUNT.A.CONNZ\","
                                + "\"account\":\"SYS\",\"to\":\"$SYS.REQ.ACCOUNT.PING.CONNZ\","
                                + "\"local_subject\":\"$SYS.REQ.ACCOUNT.PING.CONNZ\","
                                + service
                                + "false,\"tracking\":false},")
                .contains(
                        "{\"subject\":\"$SYS.REQ.USER.A.INFO\",\"account\":\"SYS\","
                                + "\"to\":\"$SYS.REQ.USER.INFO\","
                                + "\"local_subject\":\"$SYS.REQ.USER.INFO\","
                                + service
                                + "true,\"tracking\":false}],")
                .contains("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.STATZ")
                .doesNotContain("is_system");
        assertThat(detail("SYS", "SYS"))
                .contains("\"is_system\":true,\"expired\":false,")
                .contains(
                        "\"exports\":[{\"subject\":\"$SYS.DEBUG.SUBSCRIBERS\","
                                + "\"type\":\"service\",\"response_type\":\"Singleton\"},")
                .contains("\"imports\":[{\"subject\":\"$SYS.REQ.USER.SYS.INFO\",")
                .doesNotContain("PING");
    }
}
