package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.listen.IdentityOptions;
import io.millrace.broker.config.listen.ListenOptions;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

class ConfigFileTest {
    private final MemorySource source = new MemorySource();
    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String content) {
        return ConfigFile.read(source.file("c", content), "c", options);
    }

    private Options concluded(String content) {
        assertThat(read(content).errors()).isEmpty();
        return options.conclude(2);
    }

    @Test
    void shouldReadEverySeparatorAndComment() {
        Options read =
                concluded(
                        "# one\nlisten: 127.0.0.1:5000 // two\nserver_name = 'n 1'\n"
                                        .replace("n 1", "n1")
                                + "max_payload 2kb; max_pending: 1MB, ping_max=3\n"
                                + "server_tags: [a, \"b\"\n 'c']\nserver_metadata { k: v }\n");
        assertThat(read.listen()).isEqualTo(new ListenOptions("127.0.0.1", 5000, "", false, false));
        assertThat(read.identity())
                .isEqualTo(new IdentityOptions("n1", List.of("a", "b", "c"), Map.of("k", "v")));
        assertThat(read.limits().maxPayloadBytes()).isEqualTo(2048);
        assertThat(read.limits().maxPendingBytes()).isEqualTo(1024 * 1024);
        assertThat(read.keepAlive().maxPingsOut()).isEqualTo(3);
    }

    @Test
    void shouldReadJsonWithTheDigestOfTheReference() {
        ConfigFile read =
                read(
                        "{\"listen\":\"127.0.0.1:24301\",\"max_payload\":100,\"debug\":true,"
                                + "\"server_tags\":[\"a\"],\"write_deadline\":\"1.5s\"}");
        assertThat(read.errors()).isEmpty();
        assertThat(read.digest())
                .isEqualTo(
                        "sha256:c0c53396e89408d930f4f27b7b5bdda95f617516034445246df26241a7b820c5");
        assertThat(options.conclude(2).delivery().writeDeadline())
                .isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void shouldLookVariablesUpInFileThenInEnvironment() {
        source.variable("FROM_ENV", "4001");
        source.variable("MAX", "1");
        Options read = concluded("MAX: 7\nport: $FROM_ENV\nping_max: $MAX\n");
        assertThat(read.listen().port()).isEqualTo(4001);
        assertThat(read.keepAlive().maxPingsOut()).isEqualTo(7);
    }

    @Test
    void shouldRefuseVariableCycle() {
        source.variable("A", "$B");
        source.variable("B", "$A");
        assertThat(read("port: $A").errors())
                .singleElement()
                .asString()
                .startsWith("c:1:7: Parse error:")
                .contains("variable reference cycle for 'A'");
    }

    @Test
    void shouldRefuseUnknownVariable() {
        assertThat(read("port: $NO_SUCH").errors())
                .containsExactly(
                        "c:1:7: Parse error: variable reference for 'NO_SUCH' can not be found;"
                                + " strings that start with '$' need quotes");
    }

    @Test
    void shouldIncludeFilesAndRefuseCycles() {
        source.file("b", "port: 4003\n");
        assertThat(concluded("include 'b'\n").listen().port()).isEqualTo(4003);
        source.file("d", "include c\n");
        assertThat(read("\ninclude d\n").errors())
                .containsExactly("d:1:9: Parse error: include cycle: 'c' includes itself");
    }

    @Test
    void shouldRefuseEndlessNesting() {
        assertThat(read("a: {".repeat(10_000)).errors())
                .singleElement()
                .asString()
                .contains("nested more than 512 deep");
    }

    @Test
    void shouldReportAllErrorsAtOnceWithTheirPlaces() {
        assertThat(
                        read("listen: nowhere\nfoo: bar\nproxies: enabled\nmax_payload: yes\n"
                                        + "  max_sub_tokens: 400\nlame_duck_duration: '5s'\n")
                                .errors())
                .containsExactly(
                        "c:1:1: could not parse address string \"nowhere\"",
                        "c:2:1: unknown field \"foo\"",
                        "c:3:1: \"proxies\" is not supported by Millrace yet",
                        "c:4:1: max_payload must be a whole number, but is a boolean",
                        "c:5:3: max_sub_tokens value is too big",
                        "c:6:1: invalid lame_duck_duration of 5s, minimum is 30 seconds");
    }

    @Test
    void shouldAcceptFeaturesThatAreSwitchedOff() {
        for (String off :
                new String[] {
                    "jetstream: false",
                    "jetstream: disabled",
                    "jetstream: disable",
                    "leafnodes {}",
                    "mappings {}",
                    "operator: []",
                    "trusted: []",
                    "system_account: ''",
                    "prof_port: 0",
                    "accounts { A { jetstream: disabled, imports: [], exports: [], limits {} } }",
                    "authorization { users: [{user: a, password: b, proxy_required: false}] }"
                }) {
            assertThat(read(off).errors()).as(off).isEmpty();
        }
    }

    @Test
    void shouldRefuseFeaturesThatAnEmptyMapSwitchesOn() {
        for (String key : new String[] {"ocsp", "ocsp_cache"}) {
            assertThat(read(key + " {}").errors())
                    .containsExactly("c:1:1: \"" + key + "\" is not supported by Millrace yet");
        }
    }

    @Test
    void shouldTakeWhereJetStreamStoresThoughThereIsNoJetStream() {
        assertThat(read("store_dir: /var/lib/nats\n").errors()).isEmpty();
        assertThat(read("storedir: /var/lib/nats\n").errors()).isEmpty();
        assertThat(read("store_dir: 5\n").errors())
                .containsExactly("c:1:1: store_dir must be a string, but is an integer");
    }

    @Test
    void shouldSayThatABraceClosesNothingWhereverItStands() {
        for (String text : new String[] {"debug: true }", "debug: true }\n", "debug: true\n}"}) {
            assertThat(read(text).errors())
                    .singleElement()
                    .asString()
                    .endsWith(": Parse error: '}' closes nothing");
        }
    }

    @Test
    void shouldSayWhatNeedsQuotes() {
        assertThat(read("log_file: ./server.log\n").errors())
                .containsExactly(
                        "c:1:11: Parse error: Floats must start with a digit; strings that start"
                                + " with '.' need quotes");
    }

    @Test
    void shouldNotSayWhatFollowsFromAValueThatCannotBeRead() {
        assertThat(read("websocket: {port: 8080, tls: {cert_file: c}}\n").errors())
                .containsExactly("c:1:25: missing 'key_file' in TLS configuration");
        assertThat(read("gateway: {name: 'A B', port: 7222}\nmax_payload: -1\n").errors())
                .containsExactly(
                        "c:1:11: gateway name cannot contain spaces",
                        "c:2:1: max_payload cannot be negative: -1");
    }

    @Test
    void shouldWarnOfDurationsWithoutUnit() {
        assertThat(read("write_deadline: 5\n").warnings())
                .containsExactly(
                        "c:1:1: invalid use of field \"write_deadline\": write_deadline should be"
                                + " converted to a duration");
        assertThat(options.conclude(2).delivery().writeDeadline()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void shouldReadBlocksEscapesAndBcryptHashes() {
        Options read =
                concluded(
                        "server_metadata {\n a: (\n one\n two\n)\n b: \"x\\x41\\t\\\"\"\n"
                                + " c: $2a$11$abc\n}\n");
        assertThat(read.identity().metadata())
                .isEqualTo(Map.of("a", "\n one\n two\n", "b", "xA\t\"", "c", "$2a$11$abc"));
    }

    @Test
    void shouldSayWhereSyntaxIsBroken() {
        assertThat(read("a: {b: 1").errors())
                .containsExactly("c:1:5: Parse error: map is never closed: no '}'");
        assertThat(read("a: [1, 2").errors())
                .containsExactly("c:1:4: Parse error: array is never closed: no ']'");
        assertThat(read("a: 'x").errors())
                .containsExactly("c:1:5: Parse error: string is never closed: no '");
        assertThat(read("a:\n").errors())
                .containsExactly(
                        "c:1:3: Parse error: Expected value but found new line; a map is written in"
                                + " braces, and an empty string as ''");
        assertThat(read("= 1").errors())
                .containsExactly("c:1:1: Parse error: Unexpected key separator '='");
    }
}
