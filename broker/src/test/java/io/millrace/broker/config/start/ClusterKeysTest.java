package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.ClusterKeys;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.tls.CertificateFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The cluster block, key by key. */
class ClusterKeysTest {
    /** Every key: a value, the option it sets, what that is then, a wrong value and its message. */
    private static final String KEYS =
            """
            name                 | c-1             | name                 | c-1        | 'a b' | cluster name cannot contain spaces
            name                 | 'x'             | name                 | x          | _     | cluster name is reserved
            name                 | 'x'             | name                 | x          | 5     | name must be a string, but is an integer
            listen               | 'h:7000'        | host                 | h          | h     | could not parse address string "h"
            listen               | '[::1]:7000'    | host                 | ::1        | 'h:x' | could not parse port "x"
            listen               | ':7000'         | host                 | 0.0.0.0    | true  | listen must be a string, but is a boolean
            listen               | 'h:-1'          | port                 | -1         | {}    | listen must be a string, but is a map
            listen               | 7000            | port                 | 7000       | []    | listen must be a string, but is an array
            host                 | h               | host                 | h          | 5     | host must be a string, but is an integer
            net                  | h               | host                 | h          | 5     | net must be a string, but is an integer
            port                 | 7000            | port                 | 7000       | x     | port must be a whole number, but is a string
            port                 | -1              | port                 | -1         | 4294967296 | port value is too big
            advertise            | 'h:1'           | advertise            | h:1        | 'h:x' | advertise: could not parse port of "h:x"
            cluster_advertise    | h               | advertise            | h          | 'h:70000' | cluster_advertise: no such port: 70000
            no_advertise         | true            | noAdvertise          | true       | 1     | no_advertise must be a boolean, but is an integer
            connect_retries      | 5               | connectRetries       | 5          | x     | connect_retries must be a whole number, but is a string
            connect_retries      | -1              | connectRetries       | 0          | x     | connect_retries must be a whole number, but is a string
            connect_backoff      | true            | connectBackoff       | true       | 1     | connect_backoff must be a boolean, but is an integer
            pool_size            | 5               | poolSize             | 5          | x     | pool_size must be a whole number, but is a string
            pool_size            | 0               | poolSize             | 3          | x     | pool_size must be a whole number, but is a string
            pool_size            | -7              | poolSize             | -1         | x     | pool_size must be a whole number, but is a string
            accounts             | [A, B]          | accounts             | [A, B, $SYS] | 5   | accounts must be a string, but is an integer
            accounts             | A               | accounts             | [A, $SYS]  | [5]   | accounts must be a string, but is an integer
            accounts             | ['$SYS', A]    | accounts             | [$SYS, A]  | {}    | accounts must be a string, but is a map
            routes               | ['nats://h:1', 'nats-route://u:p@h:2'] | routes | [nats-route://h:1, nats-route://u:xxxxx@h:2] | 'nats://h:1' | routes must be an array, but is a string
            ping_interval        | '20s'           | pingInterval         | PT20S      | '20'  | error parsing ping_interval: time: missing unit in duration "20"; units are ns, us, ms, s, m and h
            ping_interval        | '40s'           | pingInterval         | PT30S      | true  | ping_interval must be a string, but is a boolean
            ping_max             | 5               | pingMax              | 5          | x     | ping_max must be a whole number, but is a string
            write_deadline       | '5s'            | writeDeadline        | PT5S       | 'x'   | error parsing write_deadline: time: invalid duration "x"
            write_timeout        | default         | writeTimeout         | default    | x     | write_timeout must be 'default', 'close' or 'retry'
            write_timeout        | 'close'         | writeTimeout         | close      | Close | write_timeout must be 'default', 'close' or 'retry'
            write_timeout        | retry           | writeTimeout         | retry      | 5     | write_timeout must be a string, but is an integer
            permissions          | {import: a}     | permissions          | RoutePermissions[imports=SubjectRules[allow=[a], deny=[]], exports=SubjectRules[allow=null, deny=[]]] | [] | permissions must be a map, but is an array
            permissions          | {export: {allow: [a, b.>], deny: c}} | permissions | RoutePermissions[imports=SubjectRules[allow=null, deny=[]], exports=SubjectRules[allow=[a, b.>], deny=[c]]] | {allow_responses: true} | Cluster permissions do not support dynamic responses
            permissions          | {publish: {deny: a}, subscribe: b} | permissions | RoutePermissions[imports=SubjectRules[allow=null, deny=[a]], exports=SubjectRules[allow=[b], deny=[]]] | {export: 'a q'} | cluster export allow: subject "a q" is not a valid subject
            permissions          | {import: [], export: []} | permissions | RoutePermissions[imports=SubjectRules[allow=null, deny=[]], exports=SubjectRules[allow=null, deny=[]]] | {allow_responses: true} | Cluster permissions do not support dynamic responses
            permissions          | {}              | permissions          | RoutePermissions[imports=SubjectRules[allow=null, deny=[]], exports=SubjectRules[allow=null, deny=[]]] | {export: {deny: 'a q'}} | cluster export deny: subject "a q" is not a valid subject
            compression          | s2_best         | compression          | s2_best    | zstd  | unsupported compression mode "zstd"
            authorization        | {user: u, password: p} | username      | u          | 5     | authorization must be a map, but is an integer
            tls                  | {cert_file: CERT, key_file: KEY} | tls.verify | true    | {}    | tls needs a certificate: 'cert_file' and 'key_file', or 'certs'
            """;

    @TempDir private Path folder;
    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String content) {
        return ConfigFile.read(new MemorySource().file("c", content), "c", options);
    }

    private ClusterOptions concluded(String lines) {
        assertThat(read("cluster {\nport: 6222\n" + lines + "\n}\n").errors()).isEmpty();
        return options.conclude(2).cluster();
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldSetTheOptionOfEveryKey(String name, String value, String option, String expected)
            throws Exception {
        String line =
                name.toUpperCase(Locale.ROOT) + ": " + KeyTable.withCertificate(value, folder);
        ClusterOptions cluster = concluded(line);
        assertThat(cluster.isOn()).isTrue();
        if (option != null) {
            assertThat(OptionPath.read(options.conclude(2), "cluster." + option))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldRefuseTheWrongValueOfEveryKeyWithItsPlace(
            String name, String value, String option, String expected, String wrong, String says) {
        assertThat(read("cluster {\n  " + name + ": " + wrong + "\n}").errors())
                .containsExactly("c:2:3: " + says);
    }

    @Test
    void shouldHaveTestedEveryKey() {
        assertThat(KeyTable.names(KEYS))
                .as("add what is missing to the table above")
                .isEqualTo(KeyTable.names(ClusterKeys.CLUSTER.keys().stream()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            cluster 5                                                       | 1:1  | Expected map to define cluster, got an integer
            cluster: false                                                  | 1:1  | Expected map to define cluster, got a boolean
            cluster { Nam: x }                                              | 1:11 | unknown field "Nam"; did you mean "name"?
            cluster { port: 65536 }                                         | 1:1  | cluster port must be 1..65535, -1 for any free one, or 0 for no cluster: 65536
            cluster { port: -2 }                                            | 1:1  | cluster port must be 1..65535, -1 for any free one, or 0 for no cluster: -2
            cluster { ping_interval: '-1s' }                                | 1:1  | cluster ping_interval must be longer than nothing: -1s
            cluster { write_deadline: '-1s' }                               | 1:1  | cluster write_deadline must be longer than nothing: -1s
            cluster { ping_max: -1 }                                        | 1:1  | cluster ping_max cannot be negative: -1
            cluster { pool_size: -1, accounts: [A] }                        | 1:1  | pool_size cannot be negative if pinned accounts are specified
            cluster { accounts: [A, B, A] }                                 | 1:1  | found duplicate account name "A" in pinned accounts list ["A" "B" "A"]
            cluster { routes: ['::bad url'] }                               | 1:20 | error parsing route url ["::bad url"]
            cluster { routes: ['nats://u:s3cr3t@'] }                        | 1:20 | error parsing route url ["nats://xxxxx@"]
            cluster { routes: [5] }                                         | 1:20 | routes must be a string, but is an integer
            cluster { authorization { user: u, users: [] } }                | 1:36 | Cluster authorization does not allow multiple users
            cluster { authorization { token: s3cr3t } }                     | 1:27 | Cluster authorization does not support tokens
            cluster { authorization { auth_callout: {} } }                  | 1:27 | Cluster authorization does not support callouts
            cluster { authorization { auth_hook: {} } }                     | 1:27 | Cluster authorization does not support callouts
            cluster { authorization { x: 1 } }                              | 1:27 | unknown field "x"
            cluster { authorization { pass: s3cr3t } }                      | 1:1  | a cluster password needs a user
            cluster { authorization { timeout: -1 } }                       | 1:1  | cluster authorization timeout must be longer than nothing: -1s
            cluster { authorization { timeout: x } }                        | 1:27 | error parsing timeout: time: invalid duration "x"
            cluster { authorization { permissions: {allow_responses: true} } } | 1:27 | Cluster permissions do not support dynamic responses
            cluster { permissions { import: 'a..b' } }                      | 1:25 | subject "a..b" is not a valid subject
            cluster { permissions { x: y } }                                | 1:25 | Unknown field "x" parsing permissions
            cluster { compression: 5 }                                      | 1:11 | field "compression" should be a boolean or a structure, got an integer
            cluster { compression: {x: 1} }                                 | 1:25 | unknown field "x"
            cluster { compression: {mode: off} }                            | 1:25 | mode must be a string, but is a boolean
            cluster { compression: {mode: s2_uncompressed} }                | 1:11 | unsupported compression mode "s2_uncompressed"
            cluster { compression: {mode: auto, rtt: '5ms'} }               | 1:37 | rtt must be an array, but is a string
            cluster { compression: {mode: auto, rtt: [5]} }                 | 1:37 | rtt must be a string, but is an integer
            cluster { compression: {mode: auto, rtt: ['5']} }               | 1:37 | time: missing unit in duration "5"
            cluster { compression: {mode: auto, rtt: ['10ms', '5ms']} }     | 1:11 | RTT threshold values [10ms 5ms] should be in ascending order
            cluster { compression: {mode: auto, rtt: ['10ms', '0s', '5ms']} } | 1:11 | RTT threshold values [10ms 0s 5ms] should be in ascending order
            cluster { compression: {mode: Auto, rtt: ['1s','2s','3s','4s','5s']} } | 1:11 | compression mode "Auto" should have no more than 4 RTT thresholds: [1s 2s 3s 4s 5s]
            cluster { compression: {mode: s2_auto, rtt: ['0s', '-1s']} }    | 1:11 | compression mode "s2_auto" requires at least one RTT threshold
            cluster { tls: {handshake_first: true} }                        | 1:17 | "handshake_first" has no meaning for routes
            cluster { tls: {connection_rate_limit: 5} }                     | 1:17 | "connection_rate_limit" has no meaning for routes
            cluster { tls: {ocsp_peer: true} }                              | 1:17 | "ocsp_peer" is not supported by Millrace yet
            """)
    void shouldSayWhatIsWrongAndWhere(String text, String where, String message) {
        assertThat(read(text).errors()).containsExactly("c:" + where + ": " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            true | s2_fast
            on | s2_fast
            'ON' | s2_fast
            'enabled' | s2_fast
            'true' | s2_fast
            fast | s2_fast
            S2_Fast | s2_fast
            false | off
            'off' | off
            disabled | off
            'false' | off
            accept | accept
            '' | accept
            {} | accept
            {rtts: ['1s']} | accept
            'not supported' | not supported
            not_supported | not supported
            better | s2_better
            s2_better | s2_better
            best | s2_best
            {mode: best} | s2_best
            {mode: best, thresholds: ['1s']} | s2_best
            auto | s2_auto [10ms 50ms 100ms]
            {mode: s2_auto} | s2_auto [10ms 50ms 100ms]
            {mode: s2_auto, rtt_thresholds: []} | s2_auto [10ms 50ms 100ms]
            {mode: s2_auto, RTT_Thresholds: ['0s', '0s', '30ms', '30ms']} | s2_auto [0s 0s 30ms 30ms]
            {mode: s2_auto, thresholds: ['5ms', '-1s', '10ms', '0', '0']} | s2_auto [5ms 0s 10ms]
            {mode: auto, X: '1s', rtts: [$X]} | s2_auto [1s]
            """)
    void shouldTakeEveryFormOfCompression(String written, String expected) {
        assertThat(concluded("compression: " + written).compression()).hasToString(expected);
    }

    @Test
    void shouldHaveTheReferencesDefaults() {
        ClusterOptions cluster = concluded("");
        assertThat(cluster)
                .isEqualTo(
                        new ClusterOptions(
                                "",
                                "0.0.0.0",
                                6222,
                                "",
                                false,
                                "",
                                Secret.NONE,
                                Duration.ofSeconds(2),
                                null,
                                List.of(),
                                0,
                                false,
                                3600,
                                1,
                                3,
                                List.of("$SYS"),
                                new CompressionOptions(Mode.ACCEPT, List.of()),
                                TlsOptions.OFF,
                                Duration.ofSeconds(30),
                                2,
                                Duration.ofSeconds(10),
                                WriteTimeout.DEFAULT));
        assertThat(cluster.isPooled()).isTrue();
        assertThat(new OptionsBuilder().conclude(2).cluster().isOn()).isFalse();
    }

    @Test
    void shouldTakeWhatClientsHaveWhereNothingElseIsSaid() {
        assertThat(
                        read("""
                                        ping_interval: "7s"
                                        ping_max: 9
                                        write_deadline: "3s"
                                        cluster { port: 1, ping_interval: 0, ping_max: 0, write_deadline: '0s' }
                                        """)
                                .errors())
                .isEmpty();
        ClusterOptions cluster = options.conclude(2).cluster();
        assertThat(cluster.pingInterval()).hasSeconds(7);
        assertThat(cluster.pingMax()).isEqualTo(9);
        assertThat(cluster.writeDeadline()).hasSeconds(3);
    }

    @Test
    void shouldGiveOneRouteForEverythingWithoutAPool() {
        ClusterOptions cluster = concluded("pool_size: -1");
        assertThat(cluster.isPooled()).isFalse();
        assertThat(cluster.accounts()).isEmpty();
    }

    @Test
    void shouldKeepOnlyTheNameWithoutAPort() {
        assertThat(read("cluster { name: n, host: h, routes: ['nats://h:1'] }").errors()).isEmpty();
        ClusterOptions cluster = options.conclude(2).cluster();
        assertThat(cluster).isEqualTo(ClusterOptions.builder().name("n").build());
        assertThat(options.warnings())
                .containsExactly(
                        "Cluster routes are not used, as there is no cluster port to listen on");
    }

    @Test
    void shouldWarnOfAccountsThatAreNotThere() {
        assertThat(
                        read("accounts { A {} }\n"
                                        + "cluster { port: 1, accounts: [A, B, '$G', '$SYS'] }")
                                .errors())
                .isEmpty();
        assertThat(options.warnings())
                .containsExactly("Account \"B\" of cluster accounts is not defined here");
    }

    @Test
    void shouldDropRoutesThatStandTwiceWithAWarningThatHidesThePassword() {
        ConfigFile read =
                read(
                        "cluster { port: 1, routes: [nats://u:s3cr3t@h:1, nats-route://u:s3cr3t@h:1] }");
        assertThat(read.errors()).isEmpty();
        assertThat(read.warnings())
                .containsExactly(
                        "c:1:50: invalid use of field \"nats-route://u:xxxxx@h:1\": Duplicate"
                                + " route entry detected");
        assertThat(options.conclude(2).cluster().routes()).hasSize(1);
    }

    @Test
    void shouldWarnOfALongPingIntervalAndOfNumbersForDurations() {
        assertThat(read("cluster { ping_interval: '31s' }").warnings())
                .containsExactly(
                        "c:1:11: Cluster 'ping_interval' will reset to 30s which is the max for"
                                + " routes");
        assertThat(read("cluster { ping_interval: 30 }").warnings())
                .containsExactly(
                        "c:1:11: invalid use of field \"ping_interval\": ping_interval should be"
                                + " converted to a duration");
        assertThat(read("cluster { write_deadline: 30 }").warnings())
                .containsExactly(
                        "c:1:11: invalid use of field \"write_deadline\": write_deadline should be"
                                + " converted to a duration");
    }

    @ParameterizedTest
    @CsvSource({"permissions", "default_permission", "default_permissions"})
    void shouldTakePermissionsOfTheAuthorizationBlockUnlessThereAreOthers(String key) {
        String deprecated = "authorization { " + key + ": {import: a, export: b} }\n";
        ConfigFile read = read("cluster { port: 1\n" + deprecated + "}");
        assertThat(read.errors()).isEmpty();
        assertThat(read.warnings())
                .containsExactly(
                        "c:2:1: invalid use of field \"authorization\": setting \"permissions\""
                                + " within cluster authorization block is deprecated");
        assertThat(options.conclude(2).cluster().permissions())
                .isEqualTo(new RoutePermissions(allowing("a"), allowing("b")));
        RoutePermissions own = new RoutePermissions(allowing("c"), SubjectRules.EVERYTHING);
        assertThat(concluded("permissions { import: c }\n" + deprecated).permissions())
                .isEqualTo(own);
        assertThat(concluded(deprecated + "permissions { import: c }").permissions())
                .isEqualTo(own);
    }

    private static SubjectRules allowing(String subject) {
        return new SubjectRules(List.of(subject), List.of());
    }

    @Test
    void shouldTakeTheUserOfRoutesAndHideItsPassword() {
        ClusterOptions cluster =
                concluded(
                        "authorization { username: u, PASS: s3cr3t, timeout: 0.5 }\n"
                                + "routes: [nats://v:s3cr3t@h:1]");
        assertThat(cluster.username()).isEqualTo("u");
        assertThat(cluster.password().value()).isEqualTo("s3cr3t");
        assertThat(cluster.authTimeout()).hasMillis(500);
        assertThat(cluster.toString()).doesNotContain("s3cr3t");
        assertThat(concluded("authorization { timeout: 0 }").authTimeout()).hasSeconds(2);
        assertThat(read("cluster { authorization { timeout: 61 } }").warnings())
                .singleElement()
                .asString()
                .startsWith("c:1:27: timeout of 1m1s is high");
    }

    @Test
    void shouldSecureRoutesInBothDirections() throws Exception {
        String files = "cert_file: CERT, key_file: KEY";
        ClusterOptions cluster =
                concluded(
                        KeyTable.withCertificate(
                                "tls { "
                                        + files
                                        + ", ca_file: CERT, verify: false, insecure: true,"
                                        + " verify_cert_and_check_known_urls: true, timeout: 5,"
                                        + " handshake_first: false, connection_rate_limit: 0 }",
                                folder));
        String cert = folder.resolve("cert.pem").toString();
        assertThat(cluster.tls())
                .isEqualTo(
                        TlsOptions.builder()
                                .certificates(
                                        List.of(
                                                new CertificateFiles(
                                                        cert,
                                                        folder.resolve("key.pem").toString())))
                                .caFile(cert)
                                .verify(true)
                                .insecure(true)
                                .checkKnownUrls(true)
                                .timeout(Duration.ofSeconds(5))
                                .build());
        assertThat(cluster.authTimeout()).hasSeconds(6);
        assertThat(
                        concluded(KeyTable.withCertificate("tls { " + files + " }", folder))
                                .authTimeout())
                .hasSeconds(3);
    }

    @Test
    void shouldNotMindNamesThatSomethingRefersTo() {
        ClusterOptions cluster =
                concluded("SIZE: 4\npool_size: $SIZE\nauthorization { U: u, user: $U }");
        assertThat(cluster.poolSize()).isEqualTo(4);
        assertThat(cluster.username()).isEqualTo("u");
    }

    @Test
    void shouldTakeOverAllButTheAddressWhileItRuns() {
        concluded("listen: 127.0.0.1:7000");
        Options running = options.conclude(2);
        concluded(
                "listen: 127.0.0.1:7001\nname: n\npool_size: 4\ncompression: auto\n"
                        + "authorization { user: u, password: s3cr3t }");
        Options wanted = options.conclude(2);
        assertThat(OptionsChange.between(running, wanted).stream().map(OptionsChange::text))
                .contains(
                        "config reload not supported for cluster port: old=7000, new=7001",
                        "Reloaded: cluster name = n",
                        "Reloaded: cluster username = u",
                        "Reloaded: cluster password",
                        "Reloaded: cluster pool_size = 4",
                        "Reloaded: cluster compression = s2_auto [10ms 50ms 100ms]");
        assertThat(wanted.keeping(running).cluster())
                .isEqualTo(wanted.cluster().toBuilder().port(7000).build());
    }

    @Test
    void shouldKeepTheNameWhenNoneIsGivenAnyMore() {
        concluded("");
        Options wanted = options.conclude(2);
        concluded("name: n");
        Options running = options.conclude(2);
        assertThat(OptionsChange.between(running, wanted).stream().map(OptionsChange::text))
                .containsExactly("config reload not supported for cluster name: old=n, new=");
        assertThat(wanted.keeping(running).cluster().name()).isEqualTo("n");
    }
}
