package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.account.AccountJetStreamKeys;
import io.millrace.broker.config.auth.AccountBlock;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.UserKeys;
import io.millrace.broker.config.cluster.ClusterKeys;
import io.millrace.broker.config.jetstream.JetStreamKeys;
import io.millrace.broker.config.jetstream.JetStreamLimitKeys;
import io.millrace.broker.config.leaf.LeafKeys;
import io.millrace.broker.config.leaf.LeafRemoteKeys;
import io.millrace.broker.config.tls.TlsKeys;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/** What somebody is told who misspells a key, or writes a value in a way that looks right. */
class UnknownFieldTest {
    private static List<String> errors(String text) {
        MemorySource files = new MemorySource().file("c", text);
        return ConfigFile.read(files, "c", new OptionsBuilder()).errors();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    max_paylod: 1MB          | max_paylod          | ; did you mean "max_payload"?
                    Max_Conections: 1        | Max_Conections      | ; did you mean "max_connections"?
                    max_memry: 1GB           | max_memry           | ; did you mean "max_memory"?
                    prot: 1                  | prot                | ; did you mean "port"?
                    logfiel: x               | logfiel             | ; did you mean "log_file"?
                    log: x                   | log                 | ; did you mean "log_file"?
                    include: 'x'             | include             | ; a file is included without ':' or '=': include ./more.conf
                    include = ''             | include             | ; a file is included without ':' or '=': include ./more.conf
                    log_level: debug         | log_level           | ; the log's levels are the keys debug and trace
                    users: []                | users               | ; it belongs into the block "authorization"
                    token: x                 | token               | ; it belongs into the block "authorization"
                    routes: []               | routes              | ; it belongs into the block "cluster"
                    cert_file: x             | cert_file           | ; it belongs into the block "tls"
                    authorization {pasword: x} | pasword           | ; did you mean "password"?
                    authorization {users: [{user: a, pasword: b}]} | pasword | ; did you mean "password"?
                    authorization {users: [{user: a, permision: {}}]} | permision | ; did you mean "permissions"?
                    accounts {A {user: []}}  | user                | ; did you mean "users"?
                    cluster {port: 1, route: []} | route           | ; did you mean "routes"?
                    cluster {port: 1, authorization {usr: a}} | usr | ; did you mean "user"?
                    jetstream {max_fil: 1GB} | max_fil             | ; did you mean "max_file"?
                    remotes: []              | remotes             | ; it belongs into the block "leafnodes"
                    leafnodes {remote: []}   | remote              | ; did you mean "remotes"?
                    leafnodes {remotes: [{ulr: x}]} | ulr          | ; did you mean "url"?
                    leafnodes {authorization {usr: a}} | usr       | ; did you mean "user"?
                    tls {cert: x}            | cert                | ; did you mean "cert_file"?
                    quite_something_else: 1  | quite_something_else | ``
                    """)
    void shouldSayWhatWasMeant(String text, String key, String hint) {
        assertThat(errors(text))
                .singleElement()
                .asString()
                .endsWith(": unknown field \"" + key + '"' + hint);
    }

    /** Each block, and where its keys stand. */
    static Stream<Arguments> blocks() {
        return Stream.of(
                arguments(Concerns.TOP, "%s: {}"),
                arguments(AuthKeys.AUTHORIZATION, "authorization { %s: {} }"),
                arguments(ClusterKeys.CLUSTER, "cluster { %s: {} }"),
                arguments(LeafKeys.LEAFNODES, "leafnodes { %s: {} }"),
                arguments(LeafRemoteKeys.REMOTE, "leafnodes { remotes: [{%s: {}}] }"),
                arguments(JetStreamKeys.JETSTREAM, "jetstream { %s: {} }"),
                arguments(JetStreamLimitKeys.BLOCK, "jetstream { limits { %s: {} } }"),
                arguments(
                        JetStreamLimitKeys.BATCH_BLOCK,
                        "jetstream { limits { batch { %s: {} } } }"),
                arguments(AccountJetStreamKeys.BLOCK, "accounts { A { jetstream { %s: {} } } }"),
                arguments(TlsKeys.TLS, "tls { %s: {} }"),
                arguments(AccountBlock.BLOCK, "accounts { A { %s: {} } }"),
                arguments(UserKeys.USER, "authorization { users: [{%s: {}}] }"));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void shouldSuggestOnlyKeysThatThereAre(Block block, String frame) {
        for (String key : block.told()) {
            assertThat(String.join("\n", errors(frame.formatted(key))))
                    .as(key)
                    .doesNotContain("nknown field");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    max_payload: "1MB"   | c:1:1: max_payload must be a whole number, but is a string; leave out the quotes
                    port: '4222'         | c:1:1: port must be a whole number, but is a string; leave out the quotes
                    max_payload: 1.5MB   | c:1:1: max_payload must be a whole number, but is a string; numbers are written like 1000, 64kb or 2MB, with no other unit and no fraction
                    max_payload: 1mbit   | c:1:1: max_payload must be a whole number, but is a string; numbers are written like 1000, 64kb or 2MB, with no other unit and no fraction
                    debug: "true"        | c:1:1: debug must be a boolean, but is a string; leave out the quotes
                    debug: ture          | c:1:1: debug must be a boolean, but is a string; write true or false
                    lame_duck_duration: 10 | c:1:1: lame_duck_duration must be a string, but is an integer; write its unit, too, as in '10s'
                    max_payload: 1 MB    | c:1:16: Parse error: Expected a top-level value to end with a new line, comment or EOF, but got 'M' instead. A value with blanks in it needs quotes.
                    server_name: a b     | c:1:16: Parse error: Expected a top-level value to end with a new line, comment or EOF, but got 'b' instead. A value with blanks in it needs quotes.
                    cluster { routes: x } | c:1:11: routes must be an array, but is a string
                    """)
    void shouldSayHowItIsWritten(String text, String error) {
        assertThat(errors(text)).containsExactly(error);
    }
}
