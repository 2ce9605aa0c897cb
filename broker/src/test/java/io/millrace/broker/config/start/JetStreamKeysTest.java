package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Key;
import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.account.AccountJetStream;
import io.millrace.broker.config.account.AccountJetStreamKeys;
import io.millrace.broker.config.jetstream.JetStreamAccounts;
import io.millrace.broker.config.jetstream.JetStreamImports;
import io.millrace.broker.config.jetstream.JetStreamKeys;
import io.millrace.broker.config.jetstream.JetStreamLimitKeys;
import io.millrace.broker.config.jetstream.JetStreamLimits;
import io.millrace.broker.config.jetstream.JetStreamOptions;
import io.millrace.broker.config.jetstream.SyncPolicy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** JetStream's block, key by key, and what accounts say of it. */
class JetStreamKeysTest {
    /** Every key: a value, the option it sets, what that is then, a wrong value and its message. */
    private static final String KEYS =
            """
            enabled             | true     | enabled             | true       | 1    | enabled must be a boolean, but is an integer
            enable              | true     | enabled             | true       | x    | enable must be a boolean, but is a string; write true or false
            store_dir           | '/d'     | storeDir            | /d         | 5    | store_dir must be a string, but is an integer
            storedir            | '/d'     | storeDir            | /d         | 5    | storedir must be a string, but is an integer
            store               | '/d'     | storeDir            | /d         | 5    | store must be a string, but is an integer
            max_memory_store    | 1GB      | maxMemoryBytes      | 1073741824 | true | max_memory_store must be a whole number or a string, but is a boolean
            max_mem_store       | '2G'     | maxMemoryBytes      | 2147483648 | '2GB' | max_mem_store must be a number, or a string such as "10G", but is "2GB"
            max_mem             | 0        | maxMemoryBytes      | 0          | '7'  | max_mem must be a number, or a string such as "10G", but is "7"
            max_file_store      | '3T'     | maxStoreBytes       | 3298534883328 | '70' | max_file_store sizes defined as strings must end in K, M, G, T
            max_file            | -5       | maxStoreBytes       | -1         | '99999999999G' | max_file value is too big
            sync_interval       | 'always' | sync                | always     | '0s' | sync_interval must be longer than nothing, or 'always' to sync each message
            sync_interval       | '2m'     | sync                | 2m0s       | 'x'  | error parsing sync_interval: time: invalid duration "x"
            sync                | 'ALWAYS' | sync                | always     | true | sync must be a string, but is a boolean
            domain              | hub      | domain              | hub        | 5    | domain must be a string, but is an integer
            strict              | false    | strict              | false      | 'no such' | strict must be a boolean, but is a string; write true or false
            max_buffered_size   | '1M'     | maxBufferedBytes    | 1048576    | {}   | max_buffered_size must be a whole number or a string, but is a map
            max_buffered_size   | 0        | maxBufferedBytes    | 134217728  | '1X' | max_buffered_size sizes defined as strings must end in K, M, G, T
            max_buffered_msgs   | 100000   | maxBufferedMessages | 100000     | 3G   | max_buffered_msgs value is too big
            max_buffered_msgs   | -1       | maxBufferedMessages | 100000     | x    | max_buffered_msgs must be a whole number, but is a string
            request_queue_limit | 7        | requestQueueLimit   | 7          | x    | request_queue_limit must be a whole number, but is a string
            request_queue_limit | 7        | infoQueueLimit      | 7          | x    | request_queue_limit must be a whole number, but is a string
            request_queue_limit | 0        | requestQueueLimit   | 10000      | x    | request_queue_limit must be a whole number, but is a string
            info_queue_limit    | 0        | infoQueueLimit      | 10000      | x    | info_queue_limit must be a whole number, but is a string
            max_concurrent_io   | 4        | maxConcurrentIo     | 4          | 3    | max_concurrent_io must be 4..8192: 3
            max_concurrent_io   | 8192     | maxConcurrentIo     | 8192       | 8193 | max_concurrent_io must be 4..8192: 8193
            key                 | 's3'     | key                 | [REDACTED] | {}   | key must be a string, but is a map
            ek                  | 's3'     | key                 | [REDACTED] | {}   | ek must be a string, but is a map
            encryption_key      | 's3'     | key                 | [REDACTED] | {}   | encryption_key must be a string, but is a map
            prev_key            | 's3'     | previousKey         | [REDACTED] | {}   | prev_key must be a string, but is a map
            prev_ek             | 's3'     | previousKey         | [REDACTED] | {}   | prev_ek must be a string, but is a map
            prev_encryption_key | 's3'     | previousKey         | [REDACTED] | {}   | prev_encryption_key must be a string, but is a map
            cipher              | aes      | cipher              | AES        | des  | Unknown cipher type: "des"
            cipher              | ChaChaPoly | cipher            | CHACHA     | 5    | cipher must be a string, but is an integer
            limits              | {max_ack_pending: -1} | limits.maxAckPending | -1 | 5  | Expected a map to define JetStream limits, got an integer
            """;

    private static final String LIMIT_KEYS =
            """
            max_ack_pending       | -1    | maxAckPending       | -1    | x    | max_ack_pending must be a whole number, but is a string
            max_request_batch     | -1    | maxRequestBatch     | -1    | x    | max_request_batch must be a whole number, but is a string
            default_max_consumers | 1000  | defaultMaxConsumers | 1000  | x    | default_max_consumers must be a whole number, but is a string
            default_max_consumers | 0     | defaultMaxConsumers | 1000  | x    | default_max_consumers must be a whole number, but is a string
            duplicate_window      | '1m'  | duplicateWindow     | PT1M  | '-1s' | duplicate_window must be longer than nothing: -1s
            duplicate_window      | '0s'  | duplicateWindow     | PT0S  | 5    | duplicate_window must be a string, but is an integer; write its unit, too, as in '10s'
            batch                 | {max_msgs: 7} | batch.maxMessages | 7 | 5   | Expected a map to define batch limits, got an integer
            """;

    private static final String BATCH_KEYS =
            """
            max_inflight_per_stream | 7    | maxInflightPerStream | 7    | x    | max_inflight_per_stream must be a whole number, but is a string
            max_inflight_total      | 7    | maxInflightTotal     | 7    | x    | max_inflight_total must be a whole number, but is a string
            max_msgs                | 7    | maxMessages          | 7    | x    | max_msgs must be a whole number, but is a string
            timeout                 | '5s' | timeout              | PT5S | 'x'  | error parsing timeout: time: invalid duration "x"
            """;

    private static final String ACCOUNT_KEYS =
            """
            max_memory              | 1GB  | maxMemoryBytes       | 1073741824 | '1G' | Expected a parseable size for "max_memory", got a string
            max_mem                 | 7    | maxMemoryBytes       | 7          | true | Expected a parseable size for "max_mem", got a boolean
            memory                  | 7    | maxMemoryBytes       | 7          | x    | Expected a parseable size for "memory", got a string
            mem                     | 7    | maxMemoryBytes       | 7          | x    | Expected a parseable size for "mem", got a string
            max_store               | 7    | maxStoreBytes        | 7          | x    | Expected a parseable size for "max_store", got a string
            max_file                | 7    | maxStoreBytes        | 7          | x    | Expected a parseable size for "max_file", got a string
            max_disk                | 7    | maxStoreBytes        | 7          | x    | Expected a parseable size for "max_disk", got a string
            store                   | 7    | maxStoreBytes        | 7          | x    | Expected a parseable size for "store", got a string
            disk                    | 7    | maxStoreBytes        | 7          | x    | Expected a parseable size for "disk", got a string
            max_streams             | 7    | maxStreams           | 7          | 3G   | max_streams value is too big
            streams                 | 7    | maxStreams           | 7          | x    | Expected a parseable size for "streams", got a string
            max_consumers           | 7    | maxConsumers         | 7          | x    | Expected a parseable size for "max_consumers", got a string
            consumers               | 7    | maxConsumers         | 7          | x    | Expected a parseable size for "consumers", got a string
            max_ack_pending         | 7    | maxAckPending        | 7          | x    | Expected a parseable size for "max_ack_pending", got a string
            mem_max_stream_bytes    | 7    | memoryMaxStreamBytes | 7          | x    | Expected a parseable size for "mem_max_stream_bytes", got a string
            memory_max_stream_bytes | 7    | memoryMaxStreamBytes | 7          | x    | Expected a parseable size for "memory_max_stream_bytes", got a string
            store_max_stream_bytes  | 7    | storeMaxStreamBytes  | 7          | x    | Expected a parseable size for "store_max_stream_bytes", got a string
            disk_max_stream_bytes   | 7    | storeMaxStreamBytes  | 7          | x    | Expected a parseable size for "disk_max_stream_bytes", got a string
            max_bytes_required      | true | maxBytesRequired     | true       | 1    | Expected a parseable bool for "max_bytes_required", got an integer
            max_stream_bytes        | true | maxBytesRequired     | true       | 1    | Expected a parseable bool for "max_stream_bytes", got an integer
            max_bytes               | true | maxBytesRequired     | true       | 1    | Expected a parseable bool for "max_bytes", got an integer
            """;

    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String content) {
        return ConfigFile.read(new MemorySource().file("c", content), "c", options);
    }

    private JetStreamOptions concluded(String content) {
        assertThat(read(content).errors()).isEmpty();
        return options.conclude(2).jetStream();
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldSetTheOptionOfEveryKey(String key, String value, String option, String expected)
            throws Exception {
        assertThat(concluded("jetstream { " + key + ": " + value + " }").enabled()).isTrue();
        assertThat(OptionPath.read(options.conclude(2), "jetStream." + option)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(textBlock = KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldRefuseTheWrongValueOfEveryKeyWithItsPlace(
            String key, String value, String option, String expected, String wrong, String says) {
        assertThat(read("jetstream {\n  " + key + ": " + wrong + "\n}").errors())
                .containsExactly("c:2:3: " + says);
    }

    @ParameterizedTest
    @CsvSource(textBlock = LIMIT_KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldKnowEveryLimit(
            String key, String value, String option, String expected, String wrong, String says)
            throws Exception {
        concluded("jetstream { limits { " + key + ": " + value + " } }");
        assertThat(OptionPath.read(options.conclude(2), "jetStream.limits." + option))
                .isEqualTo(expected);
        assertThat(read("jetstream {\nlimits {\n " + key + ": " + wrong + "} }").errors())
                .containsExactly("c:3:2: " + says);
    }

    @ParameterizedTest
    @CsvSource(textBlock = BATCH_KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldKnowEveryLimitOfBatches(
            String key, String value, String option, String expected, String wrong, String says)
            throws Exception {
        concluded("jetstream { limits { batch { " + key + ": " + value + " } } }");
        assertThat(OptionPath.read(options.conclude(2), "jetStream.limits.batch." + option))
                .isEqualTo(expected);
        assertThat(read("jetstream { limits { batch {\n " + key + ": " + wrong + "} } }").errors())
                .containsExactly("c:2:2: " + says);
    }

    @ParameterizedTest
    @CsvSource(textBlock = ACCOUNT_KEYS, delimiter = '|', quoteCharacter = '`')
    void shouldKnowEveryLimitOfAnAccount(
            String key, String value, String option, String expected, String wrong, String says)
            throws Exception {
        String frame = "accounts { A { jetstream {\n %s: %s } } }";
        assertThat(read(frame.formatted(key, value)).errors()).isEmpty();
        AccountJetStream use = options.conclude(2).auth().accounts().getFirst().jetStream();
        assertThat(use).hasFieldOrPropertyWithValue(option, boxed(expected, option));
        assertThat(read(frame.formatted(key, wrong)).errors()).containsExactly("c:2:2: " + says);
    }

    private static Object boxed(String value, String option) {
        return switch (option) {
            case "maxBytesRequired" -> Boolean.valueOf(value);
            case "maxStreams", "maxConsumers", "maxAckPending" -> Integer.valueOf(value);
            default -> Long.valueOf(value);
        };
    }

    @Test
    void shouldHaveTestedEveryKey() {
        assertThat(KeyTable.names(KEYS)).isEqualTo(built(JetStreamKeys.JETSTREAM.keys().stream()));
        assertThat(KeyTable.names(LIMIT_KEYS))
                .isEqualTo(built(JetStreamLimitKeys.BLOCK.keys().stream()));
        assertThat(KeyTable.names(BATCH_KEYS))
                .isEqualTo(built(JetStreamLimitKeys.BATCH_BLOCK.keys().stream()));
        assertThat(KeyTable.names(ACCOUNT_KEYS))
                .isEqualTo(built(AccountJetStreamKeys.BLOCK.keys().stream()));
    }

    private static Object built(Stream<Key> keys) {
        return KeyTable.names(keys.filter(Key::isBuilt));
    }

    // --- the switch

    @ParameterizedTest
    @ValueSource(
            strings = {"true", "enabled", "Enable", "{}", "{ enabled: true }", "{ sync: '1m' }"})
    void shouldBeOnWhereItIsAskedFor(String value) {
        assertThat(concluded("jetstream: " + value).enabled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "disabled", "DISABLE", "{ enabled: false, domain: d }"})
    void shouldBeOffWhereItIsSwitchedOff(String value) {
        assertThat(concluded("jetstream: " + value))
                .isEqualTo(new OptionsBuilder().conclude(2).jetStream());
    }

    @Test
    void shouldSyncBeforeEachAcknowledgementUnlessAnIntervalIsSaid() {
        JetStreamOptions all = concluded("jetstream: enabled");
        assertThat(all.sync()).isEqualTo(SyncPolicy.ALWAYS);
        assertThat(all.maxMemoryBytes()).isEqualTo(JetStreamOptions.DYNAMIC);
        assertThat(all.maxStoreBytes()).isEqualTo(JetStreamOptions.DYNAMIC);
        assertThat(all.strict()).isTrue();
        assertThat(all.limits()).isEqualTo(JetStreamLimits.DEFAULT);
        assertThat(all.limits().batch().inflightPerStream()).isEqualTo(50);
        assertThat(all.limits().batch().inflightTotal()).isEqualTo(1000);
        assertThat(all.limits().batch().messages()).isEqualTo(1000);
        assertThat(all.limits().batch().time()).hasSeconds(10);
        ConfigFile seconds = read("jetstream { sync_interval: 30 }");
        assertThat(seconds.warnings())
                .containsExactly(
                        "c:1:13: invalid use of field \"sync_interval\": sync_interval should be"
                                + " converted to a duration");
        assertThat(options.conclude(2).jetStream().sync().toString()).isEqualTo("30s");
    }

    @Test
    void shouldStoreInAFolderOfItsOwn() {
        Path temporary = Path.of("/tmp");
        JetStreamOptions none = concluded("jetstream: enabled");
        assertThat(none.isTemporary()).isTrue();
        assertThat(none.folder(temporary)).isEqualTo(Path.of("/tmp/nats/jetstream"));
        JetStreamOptions top = concluded("jetstream: enabled\nstore_dir: /var/lib/nats");
        assertThat(top.isTemporary()).isFalse();
        assertThat(top.folder(temporary)).isEqualTo(Path.of("/var/lib/nats/jetstream"));
    }

    @Test
    void shouldTakeOnePlaceForTheFolderOnly() {
        assertThat(read("store_dir: a\nstoredir: b\n").errors())
                .containsExactly("c:2:1: Duplicate 'store_dir' configuration");
        assertThat(read("store_dir: a\njetstream { store: b }\n").errors())
                .containsExactly("c:2:13: Duplicate 'store_dir' configuration");
        assertThat(read("jetstream { store_dir: a }\nstore_dir: b\n").errors())
                .containsExactly("c:2:1: Duplicate 'store_dir' configuration");
    }

    // --- what is wrong

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    jetstream: 5                     | 1:1  | Expected map, bool or string to define JetStream, got an integer
                    jetstream: on_please             | 1:1  | Expected 'enabled' or 'disabled' for string value, got 'on_please'
                    jetstream { foo: 1 }             | 1:13 | unknown field "foo"
                    jetstream { max_file_stroe: 1 }  | 1:13 | unknown field "max_file_stroe"; did you mean "max_file_store"?
                    jetstream { limits { foo: 1 } }  | 1:22 | unknown field "foo"
                    jetstream { domain: 'a b' }      | 1:1  | invalid domain name: derived "$JS.a b.API.>" is not a valid subject
                    jetstream { domain: 'a.b' }      | 1:1  | invalid domain name: may not contain ., * or >
                    jetstream { tpm { pcr: 5 } }     | 1:13 | "tpm" is not supported by Millrace yet
                    jetstream { unique_tag: az }     | 1:13 | "unique_tag" is not supported by Millrace yet
                    jetstream { meta_compact: 5 }    | 1:13 | "meta_compact" is not supported by Millrace yet
                    jetstream { meta_compact_size: 5 } | 1:13 | "meta_compact_size" is not supported by Millrace yet
                    jetstream { meta_compact_sync: true } | 1:13 | "meta_compact_sync" is not supported by Millrace yet
                    jetstream { max_outstanding_catchup: 1MB } | 1:13 | "max_outstanding_catchup" is not supported by Millrace yet
                    jetstream { extension_hint: will_extend } | 1:13 | "extension_hint: will_extend" is not supported by Millrace yet
                    jetstream { extension_hint: may } | 1:13 | expected 'no_extend' for string value, got 'may'
                    jetstream { max_buffered_msgs: 7 } | 1:1 | jetstream max_buffered_msgs is not supported by Millrace yet
                    jetstream { info_queue_limit: 7 } | 1:1  | jetstream info_queue_limit is not supported by Millrace yet
                    jetstream { limits { max_ha_assets: 5 } } | 1:22 | "max_ha_assets" is not supported by Millrace yet
                    default_js_domain: 5             | 1:1  | error default_js_domain config: unsupported type an integer
                    default_js_domain { A: 5 }       | 1:1  | default_js_domain.A must be a string, but is an integer
                    default_js_domain { A: d }       | 1:1  | in non operator mode, `default_js_domain` references non existing account "A"
                    default_js_domain { $SYS: d }    | 1:1  | system account "$SYS" can not be in default_js_domain
                    default_js_domain { $G: 'a b' }  | 1:1  | default_js_domain contains account "$G" with invalid domain name "a b"
                    accounts {A {jetstream: 5}}      | 1:14 | Expected map, bool or string to define JetStream, got an integer
                    accounts {A {jetstream: x}}      | 1:14 | Expected 'enabled' or 'disabled' for string value, got 'x'
                    accounts {A {jetstream {foo: 1}}} | 1:25 | unknown field "foo"
                    accounts {A {jetstream {cluster_traffic: owner}}} | 1:25 | "cluster_traffic: owner" is not supported by Millrace yet
                    accounts {A {jetstream {cluster_traffic: me}}} | 1:25 | Expected 'system' or 'owner' string value for "cluster_traffic", got me
                    accounts {A {jetstream {cluster_traffic: 5}}} | 1:25 | Expected either 'system' or 'owner' string value for "cluster_traffic", got an integer
                    """)
    void shouldSayWhatIsWrongAndWhere(String text, String where, String message) {
        assertThat(read(text).errors()).containsExactly("c:" + where + ": " + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key: ''",
                "tpm {}",
                "unique_tag: ''",
                "meta_compact: 0",
                "meta_compact_sync: false",
                "max_outstanding_catchup: 64MB",
                "max_outstanding_catchup: 0",
                "extension_hint: no_extend",
                "limits { max_ha_assets: 0 }"
            })
    void shouldTakeWhatIsNotBuiltAsLongAsItAsksForNothing(String line) {
        assertThat(concluded("jetstream { " + line + " }"))
                .isEqualTo(new OptionsBuilder().jetStream(true).conclude(2).jetStream());
        assertThat(read("accounts { A { jetstream { cluster_traffic: system } } }").errors())
                .isEmpty();
    }

    @Test
    void shouldRefuseToBeInAClusterButNotNextToOthers() {
        String cluster = "cluster { port: -1, name: c }\n";
        assertThat(read("jetstream: enabled\n" + cluster).errors())
                .containsExactly("c:2:1: JetStream in a cluster is not built yet");
        assertThat(new OptionsBuilder().jetStream(true).problems()).isEmpty();
        ConfigFile leaf =
                ConfigFile.read(
                        new MemorySource().file("c", "jetstream: true\nleafnodes { port: -1 }\n"),
                        "c",
                        new OptionsBuilder());
        assertThat(leaf.errors()).isEmpty();
    }

    @Test
    void shouldNeedASystemAccountThatStoresNothing() {
        assertThat(read("jetstream: true\nno_system_account: true").errors()).isEmpty();
        assertThat(options.conclude(2).auth().systemAccount()).isEqualTo("$SYS");
        String text = "jetstream: true\nsystem_account: A\naccounts { A { jetstream: enabled } }";
        assertThat(read(text).errors())
                .containsExactly("c:3:1: Not allowed to enable JetStream on the system account");
    }

    // --- accounts

    private Map<String, AccountJetStream> accounts(String content) {
        assertThat(read(content).errors()).isEmpty();
        Options all = options.conclude(2);
        return JetStreamAccounts.of(all.jetStream(), all.auth());
    }

    @Test
    void shouldServeTheGlobalAccountWhereThereIsNoOther() {
        assertThat(accounts("port: 1")).isEmpty();
        assertThat(accounts("jetstream: true\nauthorization { users: [{user: a, password: b}] }"))
                .isEqualTo(Map.of("$G", AccountJetStream.UNBOUNDED));
        assertThat(accounts("accounts { SYS {} }\nsystem_account: SYS")).containsOnlyKeys("$G");
    }

    @Test
    void shouldServeOnlyAccountsThatAskForItWhereThereAreSome() {
        String text =
                """
                jetstream: true
                accounts {
                  A { jetstream: true }
                  B { jetstream: disabled }
                  C { jetstream { max_mem: 1KB, max_streams: 3 } }
                  D {}
                  E { jetstream {} }
                }
                """;
        AccountJetStream bounded = new AccountJetStream(1024, -1, 3, -1, -1, -1, -1, false);
        assertThat(accounts(text))
                .isEqualTo(
                        Map.of(
                                "A",
                                AccountJetStream.UNBOUNDED,
                                "C",
                                bounded,
                                "E",
                                AccountJetStream.UNBOUNDED));
    }

    private List<String> mapped(String account) {
        Options all = options.conclude(2);
        return all.auth().accounts().stream()
                .filter(each -> each.name().equals(account))
                .map(each -> JetStreamAccounts.mapped(each, all.jetStream(), all.auth()))
                .flatMap(each -> each.mappings().stream())
                .map(each -> each.source() + " > " + each.destinations().getFirst().subject())
                .toList();
    }

    @Test
    void shouldKnowItsApiByItsDomainToo() {
        assertThat(
                        read("jetstream { domain: hub }\nsystem_account: S\naccounts { A {mappings"
                                        + " {'$JS.hub.API.INFO': mine}}, S {} }")
                                .errors())
                .isEmpty();
        assertThat(mapped("A"))
                .containsExactly(
                        "$JS.hub.API.INFO > mine",
                        "$JS.hub.API.STREAM.> > $JS.API.STREAM.>",
                        "$JS.hub.API.CONSUMER.> > $JS.API.CONSUMER.>",
                        "$JS.hub.API.DIRECT.> > $JS.API.DIRECT.>",
                        "$JS.hub.API.META.> > $JS.API.META.>",
                        "$JS.hub.API.SERVER.> > $JS.API.SERVER.>",
                        "$JS.hub.API.ACCOUNT.> > $JS.API.ACCOUNT.>",
                        "$JS.hub.API.$KV.> > $KV.>",
                        "$JS.hub.API.$OBJ.> > $OBJ.>");
        assertThat(mapped("S")).containsExactly("$JS.hub.API.> > $JS.API.>");
    }

    @Test
    void shouldAskAnotherDomainForAccountsThatHaveThatForADefault() {
        ConfigFile file = read("default_js_domain { A: hub }\naccounts { A {}, B {} }");
        assertThat(file.errors()).isEmpty();
        assertThat(options.warnings())
                .containsExactly(
                        "The option `default_js_domain` is a temporary backwards compatibility"
                                + " measure and will be removed");
        assertThat(mapped("A")).hasSize(9).contains("$JS.API.INFO > $JS.hub.API.INFO");
        assertThat(mapped("B")).isEmpty();
        assertThat(read("default_js_domain { A: h }\naccounts { A { jetstream: true } }").errors())
                .containsExactly(
                        "c:2:1: default_js_domain contains account name \"A\" with enabled"
                                + " JetStream");
    }

    @Test
    void shouldOfferItsApiToTheLeafNodesOfAccountsWithAnEmptyDefault() {
        String text =
                "default_js_domain { A: '', B: '' }\naccounts { A { jetstream: true }, B {} }";
        assertThat(read("jetstream: true\n" + text).errors()).isEmpty();
        assertThat(mapped("A")).containsExactly("$JS.API.> > $JS.API.>");
        assertThat(mapped("B")).isEmpty();
    }

    @Test
    void shouldKnowWhichRequestsAccountsImport() {
        String text =
                """
                accounts {
                  A { exports: [ { service: "$JS.API.>" } ] }
                  B { imports: [ { service: { account: A, subject: "$JS.API.>" }, to: "x.>" } ] }
                  C { imports: [ { service: { account: A, subject: "$JS.API.STREAM.INFO.*" } } ] }
                }
                """;
        assertThat(read(text).errors()).isEmpty();
        JetStreamImports imports = JetStreamImports.of(options.conclude(2).auth());
        assertThat(imports.test("C", "$JS.API.STREAM.INFO.S")).isTrue();
        assertThat(imports.test("C", "$JS.API.INFO")).isFalse();
        assertThat(imports.test("B", "$JS.API.INFO")).isFalse();
        assertThat(imports.test("NONE", "$JS.API.INFO")).isFalse();
    }

    // --- reload

    private List<String> changes(String before, String after) {
        OptionsBuilder then = new OptionsBuilder();
        OptionsBuilder now = new OptionsBuilder();
        Configured.into(then, before);
        Configured.into(now, after);
        return OptionsChange.between(then.conclude(2), now.conclude(2)).stream()
                .map(OptionsChange::text)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    store_dir: a           | store_dir: b           | config reload not supported for jetstream storage directory: old=a, new=b
                    max_mem: 5             | max_mem: 6             | Reloaded: jetstream max_mem_store = 6
                    max_mem: 6             | max_mem: 5             | config reload not supported for jetstream max_mem_store: old=6, new=5
                    max_file: 5            | max_file: 6            | Reloaded: jetstream max_file_store = 6
                    max_file: 5            | max_file: -1           | config reload not supported for jetstream max_file_store: old=5, new=-1
                    max_file: -1           | max_file: 6            | config reload not supported for jetstream max_file_store: old=-1, new=6
                    sync: always           | sync: '1m'             | config reload not supported for jetstream sync_interval: old=always, new=1m0s
                    domain: a              | domain: b              | config reload not supported for jetstream domain: old=a, new=b
                    limits {}              | limits { duplicate_window: '5s' } | Reloaded: jetstream limits
                    max_buffered_size: 5   | max_buffered_size: 6   | config reload not supported for jetstream max_buffered_size: old=5, new=6
                    """)
    void shouldSayWhatAReloadCanChange(String before, String after, String says) {
        assertThat(changes("jetstream { " + before + " }", "jetstream { " + after + " }"))
                .containsExactly(says);
    }

    @Test
    void shouldNeedARestartToBeSwitchedOnOrOff() {
        assertThat(changes("port: 1", "port: 1\njetstream: enabled"))
                .containsExactly("config reload not supported for jetstream: old=false, new=true");
        assertThat(changes("jetstream: enabled", "jetstream: disabled"))
                .containsExactly("config reload not supported for jetstream: old=true, new=false");
    }

    @Test
    void shouldApplyWhatAccountsMayUse() {
        assertThat(
                        changes(
                                "accounts { A { jetstream { max_mem: 5 } } }",
                                "accounts { A { jetstream { max_mem: 4 } } }"))
                .containsExactly("Reloaded: accounts");
    }
}
