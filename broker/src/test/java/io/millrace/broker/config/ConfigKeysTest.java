package io.millrace.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Every key by itself: that it arrives, and what is said when it is wrong. */
class ConfigKeysTest {
    private record OneFile(String text) implements ConfigSource {
        @Override
        public String read(String file) {
            return text;
        }

        @Override
        public String resolve(String from, String name) {
            return name;
        }

        @Override
        public String identity(String file) {
            return file;
        }

        @Override
        public @Nullable String environment(String name) {
            return null;
        }
    }

    private static Options options(String text) {
        OptionsBuilder options = new OptionsBuilder();
        assertThat(ConfigFile.read(new OneFile(text), "f", options).errors()).isEmpty();
        return options.conclude(2);
    }

    private static List<String> errors(String text) {
        OptionsBuilder options = new OptionsBuilder();
        List<String> errors = ConfigFile.read(new OneFile(text), "f", options).errors();
        return errors.isEmpty() ? options.problems() : errors;
    }

    private static DynamicTest key(String line, Function<Options, Object> option, Object value) {
        return DynamicTest.dynamicTest(
                line, () -> assertThat(option.apply(options(line))).isEqualTo(value));
    }

    @TestFactory
    Stream<DynamicTest> shouldReachItsOption() {
        return Stream.of(
                key("listen: 5000", o -> o.listen().port(), 5000),
                key("listen: \"[::1]:5000\"", o -> o.listen().host(), "::1"),
                key("listen: \":5000\"", o -> o.listen().host(), "0.0.0.0"),
                key("host: h", o -> o.listen().host(), "h"),
                key("net: h", o -> o.listen().host(), "h"),
                key("port: -1", o -> o.listen().port(), ListenOptions.ANY_PORT),
                key("PORT: 7", o -> o.listen().port(), 7),
                key("client_advertise: \"h:1\"", o -> o.listen().clientAdvertise(), "h:1"),
                key("server_name: n", o -> o.identity().serverName(), "n"),
                key("server_tags: [a, b]", o -> o.identity().tags(), List.of("a", "b")),
                key("server_tags: a", o -> o.identity().tags(), List.of("a")),
                key("server_metadata: {k: v}", o -> o.identity().metadata(), Map.of("k", "v")),
                key("max_connections: 3", o -> o.limits().maxConnections(), 3),
                key("max_conn: 0", o -> o.limits().maxConnections(), -1),
                key("max_subscriptions: 3", o -> o.limits().maxSubscriptions(), 3),
                key("max_subs: 3", o -> o.limits().maxSubscriptions(), 3),
                key("max_sub_tokens: 255", o -> o.limits().maxSubscriptionTokens(), 255),
                key("max_subscription_tokens: 4", o -> o.limits().maxSubscriptionTokens(), 4),
                key("max_control_line: 8k", o -> o.limits().maxControlLineBytes(), 8_000),
                key("max_payload: 2MB", o -> o.limits().maxPayloadBytes(), 2 << 20),
                key("max_pending: 100MB", o -> o.limits().maxPendingBytes(), 100L << 20),
                key(
                        "ping_interval: \"20s\"",
                        o -> o.keepAlive().pingInterval(),
                        Duration.ofSeconds(20)),
                key("ping_interval: 20", o -> o.keepAlive().pingInterval(), Duration.ofSeconds(20)),
                key("ping_max: 7", o -> o.keepAlive().maxPingsOut(), 7),
                key(
                        "connect_timeout: \"1.5s\"",
                        o -> o.keepAlive().connectTimeout(),
                        Duration.ofMillis(1500)),
                key(
                        "write_deadline: \"250ms\"",
                        o -> o.delivery().writeDeadline(),
                        Duration.ofMillis(250)),
                key("no_fast_producer_stall: yes", o -> o.delivery().fastProducerStall(), false),
                key("disable_sublist_cache: on", o -> o.delivery().subjectCache(), false),
                key("no_sublist_cache: true", o -> o.delivery().subjectCache(), false),
                key(
                        "lame_duck_duration: \"45s\"",
                        o -> o.lameDuck().duration(),
                        Duration.ofSeconds(45)),
                key(
                        "lame_duck_grace_period: \"4s\"",
                        o -> o.lameDuck().gracePeriod(),
                        Duration.ofSeconds(4)),
                key(
                        "threading: dedicated",
                        o -> o.threading().mode(),
                        ThreadingOptions.Mode.DEDICATED),
                key("debug: true", o -> o.log().debug(), true),
                key("trace: true", o -> o.log().trace(), true),
                key("trace_verbose: true", o -> o.log().traceVerbose(), true),
                key("trace_verbose: true", o -> o.log().trace(), true),
                key("trace_headers: true", o -> o.log().traceHeaders(), true),
                key("trace_headers: true", o -> o.log().trace(), true),
                key("logtime: false", o -> o.log().time(), false),
                key("logtime_utc: true", o -> o.log().utc(), true),
                key("log_file: /l", o -> o.log().file(), "/l"),
                key("logfile: /l", o -> o.log().file(), "/l"),
                key("log_size_limit: 1GB", o -> o.log().fileSizeLimitBytes(), 1L << 30),
                key("logfile_size_limit: 1g", o -> o.log().fileSizeLimitBytes(), 1_000_000_000L),
                key("log_max_num: 3", o -> o.log().fileMaxNum(), 3),
                key("logfile_max_num: 3", o -> o.log().fileMaxNum(), 3),
                key("syslog: true", o -> o.log().syslog(), true),
                key("remote_syslog: \"udp://h:1\"", o -> o.log().remoteSyslog(), "udp://h:1"),
                key("max_traced_msg_len: 9", o -> o.log().maxTracedMsgLen(), 9),
                key("log_format: json", o -> o.log().format(), LogOptions.Format.JSON),
                key("pid_file: /p", o -> o.files().pidFile(), "/p"),
                key("pidfile: /p", o -> o.files().pidFile(), "/p"),
                key("ports_file_dir: /d", o -> o.files().portsFileDir(), "/d"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port: abc | f:1:1: port must be a whole number, but is a string",
                "port: 1.5 | f:1:1: port must be a whole number, but is a float",
                "debug: 1 | f:1:1: debug must be a boolean, but is an integer",
                "host: [a] | f:1:1: host must be a string, but is an array",
                "server_tags: [1] | f:1:1: server_tags must be a string, but is an integer",
                "server_metadata: x | f:1:1: server_metadata must be a map, but is a string",
                "max_payload: 3000000000 | f:1:1: max_payload value is too big",
                "max_sub_tokens: 256 | f:1:1: max_sub_tokens value is too big",
                "write_deadline: \"x\" | f:1:1: error parsing write_deadline:",
                "lame_duck_duration: \"5s\" | f:1:1: invalid lame_duck_duration of 5s, minimum is"
                        + " 30",
                "server_name: \"a b\" | f:1:1: server name cannot contain spaces",
                "listen: x | f:1:1: could not parse address string \"x\"",
                "listen: \"h:x\" | f:1:1: could not parse port \"x\"",
                "threading: fast | f:1:1: ",
                "log_format: xml | f:1:1: ",
                "nope: 1 | f:1:1: unknown field \"nope\"",
            })
    void shouldSayWhatIsWrongAndWhere(String line, String error) {
        assertThat(errors(line)).singleElement().asString().startsWith(error);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port: 70000",
                "max_payload: -1",
                "max_pending: 100",
                "max_control_line: -1",
                "max_control_line: 40000",
                "ping_interval: \"-1s\"",
                "ping_max: -1",
                "write_deadline: \"-1s\"",
                "connect_timeout: \"0s\"",
                "log_max_num: -1",
                "log_size_limit: -1",
                "max_traced_msg_len: -1",
                "lame_duck_grace_period: \"-1s\"",
            })
    void shouldRefuseWhatMakesNoSense(String line) {
        String key = line.substring(0, line.indexOf(':'));
        assertThat(errors(line)).singleElement().asString().contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http_port: 8222",
                "monitor_port: 8222",
                "tls: {}",
                "accounts: {}",
                "authorization: {}",
                "operator: x",
                "cluster: {}",
                "gateway: {}",
                "leafnodes: {}",
                "jetstream: true",
                "jetstream: enabled",
                "websocket: {}",
                "mqtt: {}",
                "max_closed_clients: 5",
            })
    void shouldRefuseWhatIsNotBuilt(String line) {
        String key = line.substring(0, line.indexOf(':'));
        assertThat(errors(line))
                .containsExactly("f:1:1: \"" + key + "\" is not supported by Millrace yet");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_payload: 0",
                "max_control_line: 0",
                "max_pending: 0",
                "ping_interval: \"0s\"",
                "ping_max: 0",
                "write_deadline: \"0s\"",
            })
    void shouldTakeZeroForTheDefault(String line) {
        Options zero = options(line);
        Options none = options("port: 4222");
        assertThat(zero.limits()).isEqualTo(none.limits());
        assertThat(zero.keepAlive()).isEqualTo(none.keepAlive());
        assertThat(zero.delivery()).isEqualTo(none.delivery());
    }

    @Test
    void shouldRefuseAGracePeriodThatOutlastsLameDuckMode() {
        assertThat(errors("lame_duck_grace_period: \"3m\""))
                .containsExactly(
                        "lame duck grace period (3m0s) should be strictly lower than lame duck"
                                + " duration (2m0s)");
    }

    @Test
    void shouldReportAllErrorsOfAFile() {
        assertThat(errors("port: x\n\n  nope: 1\nmax_payload: [1]; debug: 3\njetstream: {}\n"))
                .extracting(error -> error.substring(0, error.indexOf(": ")))
                .containsExactly("f:1:1", "f:3:3", "f:4:1", "f:4:19", "f:5:1");
    }

    @Test
    void shouldAllowUnknownKeysThatAreVariables() {
        assertThat(options("mine: 7\nport: $mine\n").listen().port()).isEqualTo(7);
    }
}
