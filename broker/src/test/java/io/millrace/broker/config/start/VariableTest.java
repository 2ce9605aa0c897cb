package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.Stream;

/** What a variable of the environment stands for; each case was compared with the reference. */
class VariableTest {
    private final MemorySource source = new MemorySource();
    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String text) {
        return ConfigFile.read(source.file("c", text), "c", options);
    }

    private static Stream<Arguments> strings() {
        return Stream.of(
                Arguments.of("", ""),
                Arguments.of(" ", ""),
                Arguments.of("\t \t", ""),
                Arguments.of("abc}", "abc"),
                Arguments.of("}", ""),
                Arguments.of("abc}}", "abc"),
                Arguments.of("abc } }", "abc"),
                Arguments.of("\"a}\"", "a}"),
                Arguments.of("'a}'}", "a}"),
                Arguments.of("\"a\" }", "a"),
                Arguments.of(",", ""),
                Arguments.of(";", ""),
                Arguments.of("a;", "a"),
                Arguments.of("a,", "a"),
                Arguments.of("abc\n", "abc"),
                Arguments.of("#x", "#x"),
                Arguments.of("\"\"", ""),
                Arguments.of("''", ""));
    }

    @ParameterizedTest
    @MethodSource("strings")
    void shouldStandForAString(String value, String expected) {
        source.variable("V", value);
        assertThat(read("server_metadata { v: $V }").errors()).isEmpty();
        assertThat(options.conclude(2).identity().metadata()).containsEntry("v", expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x y", "a,b", "a}b", "a,b=c", "(", "\"", "a]"})
    void shouldRefuseMoreThanOneValue(String value) {
        source.variable("V", value);
        assertThat(read("server_metadata { v: $V }").errors())
                .singleElement()
                .asString()
                .startsWith("c:1:22: Parse error: variable reference for 'V' could not be parsed:");
    }

    /** Every key of text that has a default, or needs none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    host: $V                          | listen.host             | 0.0.0.0
                    client_advertise: $V              | listen.clientAdvertise  | ''
                    server_name: $V                   | identity.serverName     | ''
                    log_file: $V                      | log.file                | ''
                    remote_syslog: $V                 | log.remoteSyslog        | ''
                    pid_file: $V                      | files.pidFile           | ''
                    ports_file_dir: $V                | files.portsFileDir      | ''
                    http_base_path: $V                | monitor.basePath        | ''
                    no_auth_user: $V                  | auth.noAuthUser         | ''
                    store_dir: $V                     | jetStream.storeDir      | ''
                    system_account: $V                | auth.systemAccount      | $SYS
                    default_sentinel: $V              | listen.port             | 4222
                    cluster { port: 1, name: $V }     | cluster.name            | ''
                    cluster { port: 1, host: $V }     | cluster.host            | 0.0.0.0
                    cluster { port: 1, advertise: $V } | cluster.advertise      | ''
                    cluster { port: 1, compression: $V } | cluster.compression  | accept
                    cluster { port: 1, routes: [$V] } | cluster.routes          | []
                    """)
    void shouldLeaveTheDefaultWhereTheVariableIsEmpty(String text, String option, String expected)
            throws Exception {
        String wanted = expected == null ? "" : expected;
        source.variable("V", "");
        assertThat(read(text).errors()).isEmpty();
        assertThat(OptionPath.read(options.conclude(2), option)).isEqualTo(wanted);
        assertThat(read("V: ''\n" + text).errors()).isEmpty();
        assertThat(OptionPath.read(options.conclude(2), option)).isEqualTo(wanted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    authorization { token: $V }                                | 1:17 | token
                    authorization { user: a, password: $V }                    | 1:26 | password
                    authorization { user: a, pass: $V }                        | 1:26 | pass
                    authorization { users: [{user: a, password: $V}] }         | 1:25 | password
                    accounts { A { users: [{user: a, password: $V}] } }        | 1:24 | password
                    cluster { port: 1, authorization {user: a, password: $V} } | 1:44 | password
                    """)
    void shouldRefuseAnEmptySecretOfTheEnvironment(String text, String where, String key) {
        for (String nothing : new String[] {"", " ", "}", "''"}) {
            source.variable("V", nothing);
            assertThat(read(text).errors())
                    .containsExactly(
                            "c:"
                                    + where
                                    + ": "
                                    + key
                                    + " is empty, since the variable $V is; that would"
                                    + " protect nothing");
        }
    }

    @Test
    void shouldTakeASecretOfTheEnvironment() {
        source.variable("V", "s3cr3t");
        assertThat(read("authorization { token: $V }").errors()).isEmpty();
        assertThat(options.conclude(2).auth().token().value()).isEqualTo("s3cr3t");
    }
}
