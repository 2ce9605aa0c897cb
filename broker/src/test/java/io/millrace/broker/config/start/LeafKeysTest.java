package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.leaf.LeafKeys;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafRemoteKeys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.RecordComponent;
import java.util.List;

/** The block of leaf nodes, key by key. */
class LeafKeysTest {
    private static final String SEED = "SUAP5MQDEEVSNYBYXTHRLISFH3PC6UXBT2AF75HQTXXAOXIVC44DHD2DQA";
    private static final String NKEY = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    /** Every key: a value, the option it sets, what that is then, a wrong value and its message. */
    private static final String KEYS =
            """
            listen        | 'h:7000' | host          | h        | true | listen must be a string, but is a boolean
            listen        | 7000     | port          | 7000     | 'h'  | could not parse address string "h"
            host          | h        | host          | h        | 5    | host must be a string, but is an integer
            net           | h        | host          | h        | 5    | net must be a string, but is an integer
            port          | -1       | port          | -1       | x    | port must be a whole number, but is a string
            advertise     | 'h:1'    | advertise     | h:1      | 'h:x' | advertise: could not parse port of "h:x"
            leafnode_advertise | h   | advertise     | h        | 'h:70000' | leafnode_advertise: no such port: 70000
            no_advertise  | true     | noAdvertise   | true     | 1    | no_advertise must be a boolean, but is an integer
            min_version   | '2.8.0'  | minVersion    | 2.8.0    | '2.7.9' | the minimum version should be at least 2.8.0
            minimum_version | '2.10.0-beta.1' | minVersion | 2.10.0-beta.1 | 'v2.9.0' | invalid leafnode's minimum version: invalid semver
            compression   | on       | compression   | s2_auto [10ms 50ms 100ms] | zstd | unsupported compression mode "zstd"
            isolate       | true     | isolate       | true     | 1    | isolate must be a boolean, but is an integer
            isolate_leafnode_interest | true | isolate | true   | 1    | isolate_leafnode_interest must be a boolean, but is an integer
            reconnect     | '3s'     | reconnect     | PT3S     | 'x'  | error parsing reconnect: time: invalid duration "x"
            reconnect_delay | '3s'   | reconnect     | PT3S     | 'x'  | error parsing reconnect_delay: time: invalid duration "x"
            reconnect_interval | '0s' | reconnect    | PT1S     | 'x'  | error parsing reconnect_interval: time: invalid duration "x"
            dial_timeout  | '3s'     | dialTimeout   | PT3S     | 'x'  | error parsing dial_timeout: time: invalid duration "x"
            write_deadline | '3s'    | writeDeadline | PT3S     | 'x'  | error parsing write_deadline: time: invalid duration "x"
            write_timeout | close    | writeTimeout  | close    | x    | write_timeout must be 'default', 'close' or 'retry'
            authorization | {user: u, password: p, account: '$SYS'} | account | $SYS | 5 | authorization must be a map, but is an integer
            tls           | {}       |               |          | {}   | tls needs a certificate: 'cert_file' and 'key_file', or 'certs'
            remotes       | []       | remotes       | []       | 5    | Expected remotes field to be an array, got an integer
            """;

    /** The same for a remote. */
    private static final String REMOTE_KEYS =
            """
            url           | 'nats-leaf://t@h' | urls | [nats-leaf://xxxxx@h:7422] | 5 | Expected remote leafnode url to be an array or string, got an integer
            urls          | ['nats://u:p@h:1', 'tls://i'] | urls | [nats://u:xxxxx@h:1, tls://i:7422] | 'x y' | error parsing leafnode url ["x y"]
            url           | 'wss://u:p@h:1/a/b?c' | urls | [wss://u:xxxxx@h:1/a/b] | 'ws://' | error parsing leafnode url ["ws://"]
            no_randomize  | true     | noRandomize   | true     | 1    | no_randomize must be a boolean, but is an integer
            dont_randomize | true    | noRandomize   | true     | 1    | dont_randomize must be a boolean, but is an integer
            account       | '$SYS'   | account       | $SYS     | 5    | account must be a string, but is an integer
            local         | ''       | account       | $G       | 5    | local must be a string, but is an integer
            credentials   | '/x.creds' | credentials | /x.creds | 5    | credentials must be a string, but is an integer
            creds         | '/x.creds' | credentials | /x.creds | 5    | creds must be a string, but is an integer
            nkey          | SEED     | nkey          | [REDACTED] | UABC | Remote leafnode nkey is not a valid seed: "[REDACTED]"
            seed          | SEED     | nkey          | [REDACTED] | 5    | seed must be a string, but is an integer
            tls           | {}       | tls.verify    | false    | {foo: 1} | unknown field "foo"
            hub           | true     | hub           | true     | 1    | hub must be a boolean, but is an integer
            deny_imports  | a        | denyImports   | [a]      | 'a..b' | subject "a..b" is not a valid subject
            deny_import   | [a, b.>] | denyImports   | [a, b.>] | 5    | Expected subject permissions to be a subject, or array of subjects, got an integer
            deny_exports  | a        | denyExports   | [a]      | 'a q' | subject "a q" is not a valid subject
            deny_export   | []       | denyExports   | []       | {}   | Expected subject permissions to be a subject, or array of subjects, got a map
            isolate       | true     | isolate       | true     | 1    | isolate must be a boolean, but is an integer
            isolate_leafnode_interest | true | isolate | true   | 1    | isolate_leafnode_interest must be a boolean, but is an integer
            request_isolation | true | requestIsolation | true  | 1    | request_isolation must be a boolean, but is an integer
            compression   | s2_best  | compression   | s2_best  | zstd | unsupported compression mode "zstd"
            first_info_timeout | '3s' | firstInfoTimeout | PT3S | 'x'  | error parsing first_info_timeout: time: invalid duration "x"
            dial_timeout  | '-1s'    | dialTimeout   | PT0S     | 'x'  | error parsing dial_timeout: time: invalid duration "x"
            disabled      | true     | disabled      | true     | 1    | disabled must be a boolean, but is an integer
            proxy         | {url: 'http://p:8080', username: u, password: p} | proxy.host | p | {url: 'ftp://p'} | proxy URL scheme must be http or https, got: ftp
            ignore_discovered_servers | true | ignoreDiscoveredServers | true | 1 | ignore_discovered_servers must be a boolean, but is an integer
            ws_compress   | true     | wsCompress    | true     | 1    | ws_compress must be a boolean, but is an integer
            ws_compression | true    | wsCompress    | true     | 1    | ws_compression must be a boolean, but is an integer
            websocket_compress | true | wsCompress   | true     | 1    | websocket_compress must be a boolean, but is an integer
            websocket_compression | true | wsCompress | true    | 1    | websocket_compression must be a boolean, but is an integer
            ws_no_masking | true     | wsNoMasking   | true     | 1    | ws_no_masking must be a boolean, but is an integer
            websocket_no_masking | true | wsNoMasking | true    | 1    | websocket_no_masking must be a boolean, but is an integer
            jetstream_cluster_migrate | false |      |          | true | "jetstream_cluster_migrate" is not supported by Millrace yet
            js_cluster_migrate | false |             |          | {leader_migrate_delay: '5s'} | "js_cluster_migrate" is not supported by Millrace yet
            """;

    private final OptionsBuilder options = new OptionsBuilder();

    private List<String> errors(String content) {
        MemorySource files = new MemorySource().file("c", content.replace("SEED", SEED));
        return ConfigFile.read(files, "c", options).errors();
    }

    private LeafOptions concluded(String content) {
        assertThat(errors(content)).isEmpty();
        return options.conclude(2).leaf();
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldSetTheOptionOfEveryKey(String name, String value, String option, String expected)
            throws Exception {
        if (option != null) {
            assertThat(concluded("leafnodes {\nport: 7422\n" + name + ": " + value + "\n}"))
                    .isNotNull();
            assertThat(OptionPath.read(options.conclude(2), "leaf." + option)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldRefuseTheWrongValueOfEveryKeyWithItsPlace(
            String name, String value, String option, String expected, String wrong, String says) {
        assertThat(errors("leafnodes {\n  " + name + ": " + wrong + "\n}"))
                .containsExactly("c:2:3: " + says);
    }

    @ParameterizedTest
    @CsvSource(textBlock = REMOTE_KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldSetTheOptionOfEveryKeyOfARemote(
            String name, String value, String option, String expected) throws Exception {
        LeafOptions leaf = concluded("leaf { remotes: [{\n" + name + ": " + value + "\n}] }");
        if (option != null) {
            Object at = leaf.remotes().getFirst();
            for (String part : option.split("\\.")) {
                at = component(at, part);
            }
            assertThat(String.valueOf(at)).isEqualTo(expected);
        }
    }

    private static Object component(Object owner, String name) throws Exception {
        for (RecordComponent each : owner.getClass().getRecordComponents()) {
            if (each.getName().equals(name)) {
                return each.getAccessor().invoke(owner);
            }
        }
        throw new IllegalArgumentException(owner.getClass() + " has no " + name);
    }

    @ParameterizedTest
    @CsvSource(textBlock = REMOTE_KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldRefuseTheWrongValueOfEveryKeyOfARemote(
            String name, String value, String option, String expected, String wrong, String says) {
        assertThat(errors("leafnodes { remotes: [{\n  " + name + ": " + wrong + "\n}] }"))
                .singleElement()
                .asString()
                .startsWith("c:2:")
                .endsWith(": " + says);
    }

    @Test
    void shouldHaveTestedEveryKey() {
        assertThat(KeyTable.names(KEYS))
                .isEqualTo(KeyTable.names(LeafKeys.LEAFNODES.keys().stream()));
        assertThat(KeyTable.names(REMOTE_KEYS))
                .isEqualTo(KeyTable.names(LeafRemoteKeys.REMOTE.keys().stream()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            leafnodes 5                                          | 1:1  | Expected map to define a leafnode, got an integer
            leafnodes { port: 65536 }                            | 1:1  | leafnodes port must be 1..65535, -1 for any free one, or 0 for none: 65536
            leafnodes { authorization { user: u, users: [{user: v}] } } | 1:13 | can not have a single user/pass and a users array
            leafnodes { authorization { nkey: KEY, users: [{user: v}] } } | 1:13 | can not have a single nkey and a users array
            leafnodes { authorization { users: [{user: v}, {user: v}] } } | 1:13 | duplicate user "v" detected in leafnode authorization
            leafnodes { authorization { users: [5] } }           | 1:37 | Expected user entry to be a map/struct, got an integer
            leafnodes { authorization { users: {} } }            | 1:29 | Expected users field to be an array, got a map
            leafnodes { authorization { nkey: x } }              | 1:29 | Not a valid public nkey for leafnode authorization
            leafnodes { authorization { token: x } }             | 1:29 | unknown field "token"
            leafnodes { authorization { pass: s3cr3t } }         | 1:1  | a leafnode password needs a user
            leafnodes { authorization { proxy_required: true } } | 1:29 | "proxy_required" is not supported by Millrace yet
            leafnodes { authorization { account: A } }           | 1:1  | cannot find local account "A" specified in leafnode authorization
            leafnodes { authorization { users: [{user: a, account: A}] } } | 1:1 | cannot find local account "A" specified in leafnode authorization
            leafnodes { remotes: [{url: 'nats-leaf://h', account: A}] } | 1:1 | cannot find local account "A" specified in leafnode remote
            leafnodes { remotes: ['nats-leaf://h'] }             | 1:23 | Expected remote leafnode entry to be a map/struct, got a string
            leafnodes { remotes: [{urls: ['ws://t@h', 'nats-leaf://h']}] } | 1:1 | remote leaf node configuration cannot have a mix of websocket and non-websocket urls: ["ws://xxxxx@h:7422" "nats-leaf://h:7422"]
            leafnodes { remotes: [{urls: ['a://h', 'wss://i/p']}] } | 1:1 | remote leaf node configuration cannot have a mix of websocket and non-websocket urls: ["a://h:7422" "wss://i:7422/p"]
            leafnodes { remotes: [{url: 'wss://h', proxy: {url: 'http://p'}}] } | 1:1 | proxy is configured but remote URL wss://h:7422 requires TLS and no TLS configuration is provided
            leafnodes { remotes: [{creds: x, nkey: SEED}] }      | 1:34 | Remote leafnode can not have both creds and nkey defined
            leafnodes { remotes: [{url: 'a://t@h'}, {url: 'a://t@h'}] } | 1:41 | duplicate remote urls=["a://xxxxx@h:7422"], account="$G"
            leafnodes { remotes: [{proxy: {username: u}}] }      | 1:24 | proxy URL must be specified when other proxy options are set
            leafnodes { remotes: [{proxy: {url: 'http://'}}] }   | 1:24 | invalid proxy URL: Expected authority
            leafnodes { remotes: [{proxy: {url: 'http://p', username: u}}] } | 1:24 | proxy username and password must both be specified or both be empty
            leafnodes { remotes: [{proxy: {url: 'http://p', timeout: '-1s'}}] } | 1:24 | proxy timeout must be >= 0
            leafnodes { remotes: [{proxy: {url: 'https://p'}}] } | 1:24 | a proxy that is reached over TLS is not supported by Millrace yet
            leafnodes { tls: {connection_rate_limit: 5} }        | 1:19 | "connection_rate_limit" has no meaning for leaf nodes
            leafnodes { tls: {verify_cert_and_check_known_urls: true} } | 1:19 | "verify_cert_and_check_known_urls" not supported in this context
            """)
    void shouldSayWhatIsWrongAndWhere(String text, String where, String message) {
        assertThat(errors(text.replace("KEY", NKEY)))
                .containsExactly("c:" + where + ": " + message);
    }

    /** The document's files, as they are written. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "leafnodes {\n    port: 7422\n}\nauthorization {\n    token: \"s3cr3t\"\n}\n",
                "listen: \"127.0.0.1:4111\"\nleafnodes {\n    remotes = [ \n        { \n"
                        + "          url: \"nats-leaf://s3cr3t@localhost\"\n        },\n    ]\n}\n",
                "leafnodes {\n    remotes = [ \n        { \n"
                        + "          url: \"nats-leaf://connect.ngs.global\"\n"
                        + "          credentials: \"/Users/alberto/.nkeys/creds/synadia/leaftest/"
                        + "leaftestuser.creds\"\n        },\n    ]\n}\n"
            })
    void shouldTakeTheFilesOfTheDocument(String file) {
        assertThat(concluded(file).isOn()).isTrue();
    }

    @Test
    void shouldFillInWhatIsLeftOpen() {
        LeafOptions leaf =
                concluded("write_deadline: '7s'\nleafnodes { port: 1, remotes: [{url: 'a://h'}] }");
        assertThat(leaf.host()).isEqualTo("0.0.0.0");
        assertThat(leaf.authTimeout()).hasSeconds(2);
        assertThat(leaf.writeDeadline()).hasSeconds(7);
        assertThat(leaf.reconnect()).hasSeconds(1);
        LeafRemote remote = leaf.remotes().getFirst();
        assertThat(remote.firstInfoTimeout()).hasSeconds(1);
        assertThat(remote.compression().toString()).isEqualTo("s2_auto [10ms 50ms 100ms]");
    }

    @Test
    void shouldLeaveOpenWhatARunningServerCanNotTakeOver() {
        LeafRemote remote = LeafRemote.builder().urls("nats-leaf://h").build();
        assertThat(change(remote, remote.toBuilder().set(LeafRemoteKeys.DISABLED, true).build()))
                .isTrue();
        assertThat(change(remote, remote.toBuilder().set(LeafRemoteKeys.HUB, true).build()))
                .isFalse();
        assertThat(change(remote, LeafRemote.builder().urls("nats-leaf://i").build())).isTrue();
    }

    private static boolean change(LeafRemote before, LeafRemote after) {
        Options running = new OptionsBuilder().leaf(of(before)).conclude(2);
        Options wanted = new OptionsBuilder().leaf(of(after)).conclude(2);
        return OptionsChange.between(running, wanted).getFirst().live();
    }

    private static LeafOptions of(LeafRemote remote) {
        return LeafOptions.builder().remotes(remote).build();
    }
}
