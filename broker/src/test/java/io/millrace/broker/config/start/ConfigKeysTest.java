package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Key;
import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.listen.ListenOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Locale;
import java.util.Set;

class ConfigKeysTest {
    /**
     * Every key: a value, the option it sets, what that is then, and the kind of value it takes.
     */
    private static final String KEYS =
            """
            listen                  | 'h:5000'         | listen.host                  | h       | string
            listen                  | 'h:5000'         | listen.port                  | 5000    | string
            listen                  | 5000             | listen.port                  | 5000    | string
            listen                  | '[::1]:5000'     | listen.host                  | ::1     | string
            host                    | h                | listen.host                  | h       | string
            net                     | h                | listen.host                  | h       | string
            port                    | -1               | listen.port                  | -1      | whole number
            client_advertise        | 'h:1'            | listen.clientAdvertise       | h:1     | string
            proxy_protocol          | true             | listen.proxyProtocol         | true    | boolean
            server_name             | n                | identity.serverName          | n       | string
            server_tags             | a                | identity.tags                | [a]     | string
            server_tags             | [a, b]           | identity.tags                | [a, b]  | string
            server_metadata         | {k: v}           | identity.metadata            | {k=v}   | map
            max_connections         | 7                | limits.maxConnections        | 7       | whole number
            max_conn                | 0                | limits.maxConnections        | -1      | whole number
            max_subscriptions       | 7                | limits.maxSubscriptions      | 7       | whole number
            max_subs                | 8                | limits.maxSubscriptions      | 8       | whole number
            max_sub_tokens          | 255              | limits.maxSubscriptionTokens | 255     | whole number
            max_subscription_tokens | 1                | limits.maxSubscriptionTokens | 1       | whole number
            max_control_line        | 1k               | limits.maxControlLineBytes   | 1000    | whole number
            max_payload             | 2kb              | limits.maxPayloadBytes       | 2048    | whole number
            max_pending             | 5g               | limits.maxPendingBytes       | 5000000000 | whole number
            max_memory              | 2GB              | limits.maxMemoryBytes        | 2147483648 | whole number
            ping_interval           | '1m30s'          | keepAlive.pingInterval       | PT1M30S | string
            ping_interval           | 7                | keepAlive.pingInterval       | PT7S    | string
            ping_max                | 7                | keepAlive.maxPingsOut        | 7       | whole number
            connect_timeout         | '1.5s'           | keepAlive.connectTimeout     | PT1.5S  | string
            write_deadline          | '1ms'            | delivery.writeDeadline       | PT0.001S | string
            write_timeout           | 'close'          | delivery.writeTimeout        | close    | string
            write_timeout           | retry            | delivery.writeTimeout        | retry    | string
            no_fast_producer_stall  | true             | delivery.fastProducerStall   | false   | boolean
            no_header_support       | true             | limits.headers               | false   | boolean
            connect_error_reports   | 7                | cluster.connectErrorReports  | 7       | whole number
            reconnect_error_reports | 7                | cluster.reconnectErrorReports | 7      | whole number
            disable_sublist_cache   | yes              | delivery.subjectCache        | false   | boolean
            no_sublist_cache        | on               | delivery.subjectCache        | false   | boolean
            lame_duck_duration      | '30s'            | lameDuck.duration            | PT30S   | string
            lame_duck_grace_period  | '1s'             | lameDuck.gracePeriod         | PT1S    | string
            debug                   | true             | log.debug                    | true    | boolean
            trace                   | true             | log.trace                    | true    | boolean
            trace_verbose           | true             | log.traceVerbose             | true    | boolean
            trace_verbose           | true             | log.trace                    | true    | boolean
            trace_headers           | true             | log.traceHeaders             | true    | boolean
            trace_headers           | true             | log.trace                    | true    | boolean
            logtime                 | false            | log.time                     | false   | boolean
            logtime_utc             | true             | log.utc                      | true    | boolean
            log_file                | f                | log.file                     | f       | string
            logfile                 | f                | log.file                     | f       | string
            log_size_limit          | 5g               | log.fileSizeLimitBytes       | 5000000000 | whole number
            logfile_size_limit      | 7                | log.fileSizeLimitBytes       | 7       | whole number
            log_max_num             | 7                | log.fileMaxNum               | 7       | whole number
            logfile_max_num         | 7                | log.fileMaxNum               | 7       | whole number
            syslog                  | true             | log.syslog                   | true    | boolean
            remote_syslog           | 'udp://h:514'    | log.remoteSyslog             | udp://h:514 | string
            max_traced_msg_len      | 7                | log.maxTracedMsgLen          | 7       | whole number
            log_format              | json             | log.format                   | JSON    | string
            pid_file                | f                | files.pidFile                | f       | string
            pidfile                 | f                | files.pidFile                | f       | string
            ports_file_dir          | d                | files.portsFileDir           | d       | string
            authorization           | {token: t}       | auth.token                   | [REDACTED] | map
            http                    | 'h:8222'         | monitor.host                 | h       | string
            http                    | 'h:8222'         | monitor.httpPort             | 8222    | string
            https                   | 'h:8443'         | monitor.httpsPort            | 8443    | string
            http_port               | 8222             | monitor.httpPort             | 8222    | whole number
            monitor_port            | -1               | monitor.httpPort             | -1      | whole number
            https_port              | 8443             | monitor.httpsPort            | 8443    | whole number
            http_base_path          | /nats            | monitor.basePath             | /nats   | string
            max_closed_clients      | 7                | monitor.maxClosedClients     | 7       | whole number
            monitor                 | {user: u, pass: p} | monitor.username           | u       | map
            allow_non_tls           | true             | tls.allowNonTls              | true    | boolean
            threading               | dedicated        | threading.mode               | DEDICATED | string
            """;

    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String content) {
        return ConfigFile.read(new MemorySource().file("c", content), "c", options);
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldSetTheOptionOfEveryKey(String key, String value, String option, String expected)
            throws Exception {
        assertThat(OptionPath.read(options.conclude(2), option)).isNotEqualTo(expected);
        assertThat(read(key.toUpperCase(Locale.ROOT) + ": " + value).errors()).isEmpty();
        assertThat(OptionPath.read(options.conclude(2), option)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldRefuseTheWrongKindOfValueForEveryKey(
            String key, String value, String option, String expected, String kind) {
        String wrong = kind.equals("map") ? "[]" : "{}";
        String is = kind.equals("map") ? "an array" : "a map";
        assertThat(read("\n " + key + " " + wrong).errors())
                .containsExactly("c:2:2: " + key + " must be a " + kind + ", but is " + is);
    }

    @Test
    void shouldTakeZeroForTheDefaultNumberOfReports() {
        String text = "connect_error_reports: %d\nreconnect_error_reports: %d\n";
        assertThat(read(text.formatted(5, 6) + text.formatted(0, 0)).errors()).isEmpty();
        ClusterOptions cluster = options.conclude(2).cluster();
        assertThat(cluster.connectErrorReports()).isEqualTo(3600);
        assertThat(cluster.reconnectErrorReports()).isEqualTo(1);
    }

    @Test
    void shouldTakeTheWaysOfSayingNoLimit() {
        assertThat(read("listen: ':5000'\nmax_subs: -1\nmax_conn: 0\n").errors()).isEmpty();
        Options read = options.conclude(2);
        assertThat(read.listen().host()).isEqualTo(ListenOptions.DEFAULT_HOST);
        assertThat(read.limits().maxSubscriptions()).isZero();
        assertThat(read.limits().maxConnections()).isEqualTo(-1);
    }

    @Test
    void shouldHaveTestedEveryKey() {
        Set<String> tested = KeyTable.names(KEYS);
        // In AuthKeysTest, AccountKeysTest, TlsKeysTest, ClusterKeysTest and GatewayKeysTest.
        tested.addAll(Set.of("mappings", "maps"));
        tested.addAll(
                Set.of(
                        "accounts",
                        "no_auth_user",
                        "tls",
                        "cluster",
                        "gateway",
                        "leafnodes",
                        "leaf"));
        tested.addAll(Set.of("websocket", "ws"));
        tested.addAll(Set.of("system_account", "system"));
        tested.addAll(Set.of("no_system_account", "no_system", "no_sys_acc"));
        // In JetStreamKeysTest.
        tested.addAll(Set.of("jetstream", "default_js_domain", "store_dir", "storedir"));
        assertThat(tested)
                .as("add what is missing to the table above")
                .isEqualTo(KeyTable.names(Concerns.TOP.keys().stream().filter(Key::isBuilt)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    port: 0                      | port must be 1..65535, or -1 for any free one: 0
                    port: 65536                  | port must be 1..65535, or -1 for any free one: 65536
                    port: 99999999999            | port value is too big
                    listen: 'h:65536'            | port must be 1..65535, or -1 for any free one: 65536
                    listen: 'h:x'                | could not parse port "x"
                    listen: '::1'                | could not parse address string "::1"
                    client_advertise: 'h:65536'  | client_advertise: no such port: 65536
                    server_name: 'a b'           | server name cannot contain spaces
                    server_tags: [a, 1]          | server_tags must be a string, but is an integer
                    server_metadata: {a: 1}      | server_metadata.a must be a string, but is an integer
                    max_connections: -2          | max_connections must be -1 or more: -2
                    max_sub_tokens: 256          | max_sub_tokens value is too big
                    max_sub_tokens: 0            | max_sub_tokens value can not be negative
                    max_control_line: -1         | max_control_line must be 1..32704: -1
                    max_control_line: 32705      | max_control_line must be 1..32704: 32705
                    max_payload: -1              | max_payload cannot be negative: -1
                    max_payload: 3gb             | max_payload value is too big
                    max_payload: 1gb             | max_payload (1073741824) cannot be higher than max_pending (67108864)
                    max_pending: 1               | max_payload (1048576) cannot be higher than max_pending (1)
                    max_memory: 63mb             | max_memory must be at least 67108864 bytes: 66060288
                    max_memory: -1               | max_memory must be at least 67108864 bytes: -1
                    ping_interval: '-90s'        | ping_interval must be longer than nothing: -1m30s
                    ping_interval: '5'           | error parsing ping_interval: time: missing unit in duration "5"; units are ns, us, ms, s, m and h
                    ping_interval: '5 s'         | error parsing ping_interval: time: unknown unit " s" in duration "5 s"; units are ns, us, ms, s, m and h
                    ping_interval: 9223372037    | ping_interval value is too big
                    ping_interval: -9223372036854775808 | ping_interval value is too big
                    ping_max: -1                 | ping_max cannot be negative: -1
                    write_timeout: x             | write_timeout must be 'default', 'close' or 'retry'
                    write_timeout: Retry         | write_timeout must be 'default', 'close' or 'retry'
                    connect_timeout: '0s'        | connect_timeout must be longer than nothing: 0s
                    lame_duck_duration: '29s'    | invalid lame_duck_duration of 29s, minimum is 30 seconds
                    lame_duck_grace_period: '-1s' | invalid lame_duck_grace_period, needs to be positive
                    lame_duck_grace_period: '2m' | lame duck grace period (2m0s) should be strictly lower than lame duck duration (2m0s)
                    log_size_limit: -1           | log_size_limit, log_max_num and max_traced_msg_len cannot be negative
                    log_max_num: -1              | log_size_limit, log_max_num and max_traced_msg_len cannot be negative
                    max_traced_msg_len: -1       | log_size_limit, log_max_num and max_traced_msg_len cannot be negative
                    log_format: xml              | log_format must be text or json: "xml"
                    threading: fast              | threading must be auto, inline or dedicated: "fast"
                    """)
    void shouldRefuseValuesOutOfRangeWithTheirPlace(String line, String message) {
        assertThat(read("debug: true\n  " + line).errors()).containsExactly("c:2:3: " + message);
    }

    @Test
    void shouldJudgeCombinationsOnlyWhenAllKeysAreRead() {
        assertThat(read("max_payload: 1gb\nmax_pending: 2gb\n").errors()).isEmpty();
        assertThat(read("max_pending: 1gb\nmax_payload: 500mb\nmax_pending: 100mb\n").errors())
                .containsExactly(
                        "c:2:1: max_payload (524288000) cannot be higher than max_pending"
                                + " (104857600)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "feature_flags",
                "prof_port",
                "prof_block_rate",
                "proxies",
                "ocsp",
                "ocsp_cache",
                "default_sentinel",
                "operator",
                "operators",
                "roots",
                "root",
                "root_operators",
                "root_operator",
                "trusted",
                "trusted_keys",
                "resolver",
                "account_resolver",
                "accounts_resolver",
                "resolver_tls",
                "resolver_preload",
                "resolver_pinned_accounts",
                "mqtt"
            })
    void shouldRefuseKeysOfFeaturesThatAreNotBuilt(String key) {
        assertThat(read("\n" + key + ": {a: b}").errors())
                .containsExactly("c:2:1: \"" + key + "\" is not supported by Millrace yet");
        assertThat(read("x: 1\n" + key + ": $x").errors())
                .containsExactly("c:2:1: \"" + key + "\" is not supported by Millrace yet");
        assertThat(read(key + ": false").errors()).isEmpty();
        assertThat(read(key + ": disabled").errors()).isEmpty();
    }

    @Test
    void shouldRefuseUnknownKeysAsTheyAreWrittenUnlessSomethingRefersToThem() {
        assertThat(read("Foo: 1\nBAR = 2\nport: $BAR\n\n\t'b z' {}").errors())
                .containsExactly("c:1:1: unknown field \"Foo\"", "c:5:2: unknown field \"b z\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_payload: 0",
                "max_control_line: 0",
                "max_pending: 0",
                "max_memory: 0",
                "ping_interval: 0",
                "ping_max: 0",
                "write_deadline: \"0s\"",
                "write_timeout: default",
            })
    void shouldTakeZeroOrTheWordForTheDefault(String line) {
        read(line);
        Options zero = options.conclude(2);
        Options none = new OptionsBuilder().conclude(2);
        assertThat(zero.limits()).isEqualTo(none.limits());
        assertThat(zero.keepAlive()).isEqualTo(none.keepAlive());
        assertThat(zero.delivery()).isEqualTo(none.delivery());
    }
}
