package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.gateway.GatewayKeys;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.tls.TlsOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The gateway block, key by key. */
class GatewayKeysTest {
    /** Every key: a value, the option it sets, what that is then, a wrong value and its message. */
    private static final String KEYS =
            """
            name                   | B               | name            | B       | 'a b' | gateway name cannot contain spaces
            name                   | B               | name            | B       | _     | cluster name is reserved
            name                   | B               | name            | B       | 5     | name must be a string, but is an integer
            listen                 | 'h:7000'        | host            | h       | h     | could not parse address string "h"
            listen                 | 7000            | port            | 7000    | 'h:x' | could not parse port "x"
            host                   | h               | host            | h       | 5     | host must be a string, but is an integer
            net                    | h               | host            | h       | 5     | net must be a string, but is an integer
            port                   | -1              | port            | -1      | x     | port must be a whole number, but is a string
            authorization          | {user: u, password: p} | username | u       | 5     | authorization must be a map, but is an integer
            advertise              | 'h:1'           | advertise       | h:1     | 'h:x' | gateway advertise: could not parse port of "h:x"
            connect_retries        | 5               | connectRetries  | 5       | x     | connect_retries must be a whole number, but is a string
            connect_retries        | -1              | connectRetries  | 0       | x     | connect_retries must be a whole number, but is a string
            connect_backoff        | true            | connectBackoff  | true    | 1     | connect_backoff must be a boolean, but is an integer
            reject_unknown         | true            | rejectUnknown   | true    | 1     | reject_unknown must be a boolean, but is an integer
            reject_unknown_cluster | true            | rejectUnknown   | true    | 1     | reject_unknown_cluster must be a boolean, but is an integer
            gateways               | [{name: B, url: 'nats://u:p@h:1'}] | gateways | [RemoteGateway[name=B, urls=[nats://u:xxxxx@h:1], tls=OFF]] | {} | Expected gateways field to be an array, got a map
            gateways               | [{name: B, urls: ['nats://h:1', 'tls://[::1]:2']}] | gateways | [RemoteGateway[name=B, urls=[nats://h:1, nats://[::1]:2], tls=OFF]] | true | Expected gateways field to be an array, got a boolean
            write_deadline         | '5s'            | writeDeadline   | PT5S    | 'x'   | error parsing write_deadline: time: invalid duration "x"
            write_timeout          | retry           | writeTimeout    | retry   | x     | write_timeout must be 'default', 'close' or 'retry'
            tls                    | {cert_file: CERT, key_file: KEY} | tls.verify | true | {} | tls needs a certificate: 'cert_file' and 'key_file', or 'certs'
            """;

    @TempDir private Path folder;
    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String content) {
        return ConfigFile.read(new MemorySource().file("c", content), "c", options);
    }

    private GatewayOptions concluded(String lines) {
        assertThat(read("gateway {\nname: A\nport: 7222\n" + lines + "\n}\n").errors()).isEmpty();
        return options.conclude(2).gateway();
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldSetTheOptionOfEveryKey(String name, String value, String option, String expected)
            throws Exception {
        GatewayOptions gateway =
                concluded(
                        name.toUpperCase(Locale.ROOT)
                                + ": "
                                + KeyTable.withCertificate(value, folder));
        assertThat(gateway.isOn()).isTrue();
        String shown = OptionPath.read(options.conclude(2), "gateway." + option);
        assertThat(shown.replace(TlsOptions.OFF.toString(), "OFF")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldRefuseTheWrongValueOfEveryKeyWithItsPlace(
            String name, String value, String option, String expected, String wrong, String says) {
        assertThat(read("gateway {\n  " + name + ": " + wrong + "\n}").errors())
                .containsExactly("c:2:3: " + says);
    }

    @Test
    void shouldHaveTestedEveryKey() {
        assertThat(KeyTable.names(KEYS))
                .as("add what is missing to the table above")
                .isEqualTo(KeyTable.names(GatewayKeys.GATEWAY.keys().stream()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            gateway 5                                                       | 1:1  | Expected gateway to be a map, got an integer
            gateway { Nam: x }                                              | 1:11 | unknown field "Nam"; did you mean "name"?
            gateway { name: A }                                             | 1:1  | gateway "A" has no port specified (select -1 for random port)
            gateway { port: 7222 }                                          | 1:1  | gateway has no name
            gateway { name: A, port: 65536 }                                | 1:1  | gateway port must be 1..65535, or -1 for any free one: 65536
            gateway { name: A, port: 1, gateways: [{url: 'nats://h:1'}] }   | 1:1  | gateway in the list 0 has no name
            gateway { name: A, port: 1, gateways: [{name: B, url: 'nats://h:1'}, {name: C}] } | 1:1 | gateway "C" has no URL
            gateway { name: A, port: 1, gateways: [5] }                     | 1:40 | Expected gateway entry to be a map/struct, got an integer
            gateway { name: A, port: 1, gateways: [{name: B, url: '::bad'}] } | 1:50 | error parsing gateway url ["::bad"]
            gateway { name: A, port: 1, gateways: [{name: B, urls: ['nats://u:s3cr3t@']}] } | 1:57 | error parsing gateway url ["nats://xxxxx@"]
            gateway { name: A, port: 1, gateways: [{name: B, ur: x}] }      | 1:50 | unknown field "ur"; did you mean "url"?
            gateway { name: A, port: 1, authorization: { users: [] } }      | 1:46 | Gateway authorization does not allow multiple users
            gateway { name: A, port: 1, authorization: { token: s3cr3t } }  | 1:46 | Gateway authorization does not support tokens
            gateway { name: A, port: 1, authorization: { auth_callout {} } } | 1:46 | Gateway authorization does not support callouts
            gateway { name: A, port: 1, authorization: { pass: s3cr3t } }   | 1:1  | a gateway password needs a user
            gateway { name: A, port: 1, write_deadline: '-1s' }             | 1:1  | gateway write_deadline must be longer than nothing: -1s
            """)
    void shouldSayWhatIsWrongAndWhere(String text, String where, String message) {
        assertThat(read(text).errors()).contains("c:" + where + ": " + message);
    }

    @Test
    void shouldHaveTheReferencesDefaults() {
        assertThat(concluded(""))
                .isEqualTo(
                        new GatewayOptions(
                                "A",
                                "0.0.0.0",
                                7222,
                                "",
                                Secret.NONE,
                                Duration.ofSeconds(2),
                                TlsOptions.OFF,
                                "",
                                0,
                                false,
                                false,
                                List.of(),
                                Duration.ofSeconds(10),
                                WriteTimeout.DEFAULT));
        assertThat(new OptionsBuilder().conclude(2).gateway().isOn()).isFalse();
        assertThat(read("gateway {}").errors()).isEmpty();
    }

    @Test
    void shouldTakeTheDocumentsFile() {
        String document =
                """
                gateway {
                    name: "A"
                    listen: "localhost:7222"
                    authorization {
                        user: gwu
                        password: gwp
                    }

                    gateways: [
                        {name: "A", url: "nats://gwu:gwp@localhost:7222"},
                        {name: "B", url: "nats://gwu:gwp@localhost:7333"},
                        {name: "C", url: "nats://gwu:gwp@localhost:7444"},
                    ]
                }
                """;
        assertThat(read(document).errors()).isEmpty();
        Options all = options.conclude(2);
        assertThat(all.gateway().gateways())
                .extracting(RemoteGateway::name)
                .containsExactly("A", "B", "C");
        assertThat(all.gateway().gateways().get(1).urls())
                .containsExactly(new ServerUrl("localhost", 7333, "gwu", new Secret("gwp")));
        assertThat(all.gateway().gateways()).asString().doesNotContain("gwp");
    }

    @Test
    void shouldNameTheClusterAfterTheGateway() {
        concluded("");
        assertThat(options.conclude(2).cluster().name()).isEqualTo("A");
    }

    @Test
    void shouldRefuseAClusterOfAnotherName() {
        assertThat(read("cluster { name: X, port: 1 }\ngateway { name: A, port: 7222 }").errors())
                .containsExactly(
                        "c:2:1: cluster name conflicts between cluster and gateway definitions");
    }

    @Test
    void shouldWarnOfUrlsThatStandTwiceAndOfPermissions() {
        ConfigFile read =
                read(
                        "gateway { name: A, port: 1, gateways: [{name: B, urls:"
                                + " ['nats://u:p@h:1', 'nats://u:p@h:1']}],"
                                + " authorization {user: u, permissions {}} }");
        assertThat(read.errors()).isEmpty();
        assertThat(read.warnings())
                .containsExactly(
                        "c:1:75: invalid use of field \"nats://xxxxx@h:1\": Duplicate gateway entry"
                                + " detected",
                        "c:1:120: invalid use of field \"permissions\": gateways have no"
                                + " permissions, those of accounts hold");
        assertThat(options.conclude(2).gateway().gateways().getFirst().urls()).hasSize(1);
    }

    @Test
    void shouldTakeOverNothingButWhatIsAboutTlsWhileItRuns() {
        GatewayOptions running = concluded("gateways: [{name: B, url: 'nats://h:1'}]");
        Options before = options.conclude(2);
        TlsOptions tls = TlsOptions.builder().caFile("ca.pem").build();
        RemoteGateway remote = running.gateways().getFirst();
        GatewayOptions wanted =
                running.toBuilder()
                        .tls(tls)
                        .gateways(List.of(new RemoteGateway("B", remote.urls(), tls)))
                        .build();
        Options after = new OptionsBuilder().gateway(wanted).conclude(2);
        assertThat(OptionsChange.between(before, after))
                .extracting(OptionsChange::text)
                .containsExactly("Reloaded: gateway tls", "Reloaded: gateway gateways");
        GatewayOptions other =
                running.toBuilder().name("Z").gateways(List.of()).rejectUnknown(true).build();
        Options refused = new OptionsBuilder().gateway(other).conclude(2);
        assertThat(OptionsChange.between(before, refused))
                .extracting(OptionsChange::text)
                .contains(
                        "config reload not supported for gateway name: old=A, new=Z",
                        "config reload not supported for gateway reject_unknown_cluster: old=false,"
                                + " new=true",
                        "config reload not supported for gateway gateways");
        assertThat(refused.keeping(before).gateway()).isEqualTo(before.gateway());
        assertThat(refused.keeping(before).cluster().name()).isEqualTo("A");
    }
}
