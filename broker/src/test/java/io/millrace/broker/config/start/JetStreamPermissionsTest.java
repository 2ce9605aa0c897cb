package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.VerdictRoom;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What {@code jetstream_permissions} become, and what clients may do by them. */
class JetStreamPermissionsTest {
    /** Everything that is asked of a stream by whatever client. */
    private static final List<String> REQUESTS =
            List.of(
                    "STREAM.INFO.%s",
                    "STREAM.CREATE.%s",
                    "STREAM.UPDATE.%s",
                    "STREAM.DELETE.%s",
                    "STREAM.PURGE.%s",
                    "STREAM.MSG.GET.%s",
                    "STREAM.MSG.DELETE.%s",
                    "STREAM.SNAPSHOT.%s",
                    "STREAM.RESTORE.%s",
                    "DIRECT.GET.%s",
                    "DIRECT.GET.%s.a.b",
                    "DIRECT.GET.%s.c",
                    "CONSUMER.CREATE.%s",
                    "CONSUMER.CREATE.%s.x",
                    "CONSUMER.CREATE.%s.x.a.b",
                    "CONSUMER.CREATE.%s.x.a.>",
                    "CONSUMER.CREATE.%s.x.c",
                    "CONSUMER.CREATE.%s.x.>",
                    "CONSUMER.CREATE.%s.x.*.b",
                    "CONSUMER.DURABLE.CREATE.%s.x",
                    "CONSUMER.INFO.%s.x",
                    "CONSUMER.DELETE.%s.x",
                    "CONSUMER.MSG.NEXT.%s.x",
                    "CONSUMER.PAUSE.%s.x",
                    "CONSUMER.NAMES.%s",
                    "CONSUMER.LIST.%s");

    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String grants) {
        return ConfigFile.read(
                new MemorySource()
                        .file(
                                "c",
                                "authorization { users: [ { user: u, permissions: {\n"
                                        + "jetstream_permissions: [\n"
                                        + grants
                                        + "\n] } } ] }"),
                "c",
                options);
    }

    private PermissionOptions granted(String grants) {
        assertThat(read(grants).errors()).isEmpty();
        return Objects.requireNonNull(options.conclude(2).auth().users().getFirst().permissions());
    }

    private static boolean mayPublish(PermissionOptions granted, String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        try (NativeBlock memory = NativeBlock.allocate(bytes.length)) {
            memory.region().put(0, bytes);
            return new Permissions(granted, VerdictRoom.ofConfiguration())
                    .mayPublish(memory.region(), 0, bytes.length, 0);
        }
    }

    /** Which of all requests about a stream are granted, without what all begin with. */
    private static List<String> requests(PermissionOptions granted, String stream, String inside) {
        return REQUESTS.stream()
                .map(each -> each.replace("%s.a", "%s." + inside + "a"))
                .map(each -> each.replace("x.a", "x." + inside + "a"))
                .map(each -> each.replace("%s.c", "%s." + inside + "c"))
                .map(each -> each.replace("x.c", "x." + inside + "c"))
                .filter(each -> mayPublish(granted, "$JS.API." + each.formatted(stream)))
                .map(
                        each ->
                                each.replace("." + inside + "a", ".a")
                                        .replace("." + inside + "c", ".c"))
                .toList();
    }

    @Test
    void shouldGrantWhatReadingTakes() {
        PermissionOptions granted = granted("{ stream: S, allow: [read] }");
        assertThat(requests(granted, "S", ""))
                .containsExactly(
                        "STREAM.INFO.%s",
                        "STREAM.MSG.GET.%s",
                        "DIRECT.GET.%s",
                        "DIRECT.GET.%s.a.b",
                        "DIRECT.GET.%s.c",
                        "CONSUMER.CREATE.%s",
                        "CONSUMER.CREATE.%s.x",
                        "CONSUMER.CREATE.%s.x.a.b",
                        "CONSUMER.CREATE.%s.x.a.>",
                        "CONSUMER.CREATE.%s.x.c",
                        "CONSUMER.CREATE.%s.x.>",
                        "CONSUMER.CREATE.%s.x.*.b",
                        "CONSUMER.DURABLE.CREATE.%s.x",
                        "CONSUMER.INFO.%s.x",
                        "CONSUMER.DELETE.%s.x",
                        "CONSUMER.MSG.NEXT.%s.x");
        assertThat(requests(granted, "OTHER", "")).isEmpty();
        assertThat(mayPublish(granted, "$JS.ACK.S.x.1.2.3.4.5")).isTrue();
        assertThat(mayPublish(granted, "$JS.ACK.T.x.1.2.3.4.5")).isFalse();
        assertThat(mayPublish(granted, "$JS.FC.S.x.abc")).isTrue();
        assertThat(mayPublish(granted, "$JS.API.INFO")).isTrue();
        assertThat(mayPublish(granted, "$JS.API.STREAM.NAMES")).isFalse();
        assertThat(mayPublish(granted, "orders")).isFalse();
        assertThat(granted.subscribe().allow()).containsExactly("_INBOX.>");
    }

    @Test
    void shouldKeepReadersWithinTheirKeys() {
        PermissionOptions granted = granted("{ stream: S, allow: read, keys: \"a.>\" }");
        List<String> inKeys =
                List.of(
                        "STREAM.INFO.%s",
                        "DIRECT.GET.%s.a.b",
                        "CONSUMER.CREATE.%s.x.a.b",
                        "CONSUMER.CREATE.%s.x.a.>",
                        "CONSUMER.INFO.%s.x",
                        "CONSUMER.DELETE.%s.x");
        assertThat(requests(granted, "S", "")).isEqualTo(inKeys);
        PermissionOptions bucket = granted("{ kv: B, allow: [read], keys: [\"a.>\"] }");
        assertThat(requests(bucket, "KV_B", "$KV.B.")).isEqualTo(inKeys);
        assertThat(mayPublish(bucket, "$KV.B.a.b")).isFalse();
        assertThat(mayPublish(bucket, "$JS.API.DIRECT.GET.KV_B.$KV.C.a.b")).isFalse();
    }

    @Test
    void shouldLetConsumersBePulledFromByTheirNameWhereKeysAreRestricted() {
        PermissionOptions granted =
                granted("{ stream: S, allow: read, keys: \"a.>\", consumers: [x, y] }");
        assertThat(requests(granted, "S", ""))
                .contains("CONSUMER.MSG.NEXT.%s.x", "CONSUMER.CREATE.%s.x.a.b")
                .doesNotContain("CONSUMER.CREATE.%s.x", "CONSUMER.CREATE.%s.x.c");
        assertThat(mayPublish(granted, "$JS.API.CONSUMER.MSG.NEXT.S.z")).isFalse();
        assertThat(mayPublish(granted, "$JS.ACK.S.y.1.2.3.4.5")).isTrue();
        assertThat(mayPublish(granted, "$JS.ACK.S.z.1.2.3.4.5")).isFalse();
    }

    @Test
    void shouldGrantWhatWritingAndManagingTake() {
        PermissionOptions stream =
                granted("{ stream: S, allow: publish, subjects: [orders.>], inbox: _INBOX_u }");
        assertThat(requests(stream, "S", "")).containsExactly("STREAM.INFO.%s");
        assertThat(mayPublish(stream, "orders.new")).isTrue();
        assertThat(mayPublish(stream, "$JS.ACK.S.x.1.2.3.4.5")).isFalse();
        assertThat(stream.subscribe().allow()).containsExactly("_INBOX_u.>");
        PermissionOptions bucket = granted("{ kv: B, allow: [write], keys: \"a.*\" }");
        assertThat(mayPublish(bucket, "$KV.B.a.b")).isTrue();
        assertThat(mayPublish(bucket, "$KV.B.b.b")).isFalse();
        assertThat(mayPublish(granted("{ kv: B, allow: write }"), "$KV.B.b.b")).isTrue();
        PermissionOptions store = granted("{ object: O, allow: [read, write] }");
        assertThat(requests(store, "OBJ_O", "")).contains("STREAM.PURGE.%s", "DIRECT.GET.%s.c");
        assertThat(mayPublish(store, "$O.O.C.1")).isTrue();
        assertThat(mayPublish(store, "$O.O.M.1")).isTrue();
        assertThat(mayPublish(store, "$O.P.M.1")).isFalse();
        assertThat(requests(granted("{ stream: S, allow: manage }"), "S", ""))
                .containsExactly(
                        "STREAM.INFO.%s",
                        "STREAM.CREATE.%s",
                        "STREAM.UPDATE.%s",
                        "STREAM.DELETE.%s",
                        "STREAM.PURGE.%s",
                        "STREAM.MSG.DELETE.%s",
                        "CONSUMER.INFO.%s.x",
                        "CONSUMER.DELETE.%s.x",
                        "CONSUMER.PAUSE.%s.x",
                        "CONSUMER.NAMES.%s",
                        "CONSUMER.LIST.%s");
    }

    @Test
    void shouldAddToWhatElseIsAllowed() {
        String text =
                """
                authorization { users: [ { user: u, permissions: {
                  publish: { allow: [mine], deny: ["orders.secret"] }
                  subscribe: mine
                  jetstream_permissions: [ { stream: S, allow: write, subjects: "orders.*" } ]
                } } ] }
                """;
        assertThat(ConfigFile.read(new MemorySource().file("c", text), "c", options).errors())
                .isEmpty();
        PermissionOptions granted =
                Objects.requireNonNull(options.conclude(2).auth().users().getFirst().permissions());
        assertThat(granted.publish().allow())
                .containsExactly("mine", "$JS.API.INFO", "$JS.API.STREAM.INFO.S", "orders.*");
        assertThat(granted.subscribe().allow()).containsExactly("mine", "_INBOX.>");
        assertThat(mayPublish(granted, "orders.secret")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    { allow: read }                       | 1 | jetstream_permissions entry requires a stream, a kv or an object
                    { stream: S, kv: B, allow: read }     | 1 | jetstream_permissions are of one stream, kv or object each, not of "S" and "B"
                    { stream: S }                         | 1 | stream "S": nothing is allowed; allow is a list of read, write, manage
                    { stream: S, allow: write }           | 1 | stream "S": whoever may publish needs the subjects that it may publish to
                    { kv: B, allow: write, subjects: a }  | 1 | kv "B": subjects are of streams only
                    { object: O, allow: read, keys: a }   | 1 | object "O": an object store can't be read in parts
                    { kv: B, allow: read, keys: 'a.*' }   | 1 | kv "B": keys "a.*" to be read can't end in "*"; "a.>" can
                    {stream: 'S.>', allow: read}          | 2 | stream "S.>" is not a valid name
                    {consumers: ['a b'], stream: S, allow: read} | 2 | consumers "a b" is not a valid name
                    {inbox: '_INBOX.*', stream: S, allow: read} | 2 | inbox "_INBOX.*" is not a valid subject
                    {foo: 1, stream: S, allow: read}      | 2 | unknown field "foo"
                    """)
    void shouldSayWhatIsWrongAndWhere(String grant, int column, String message) {
        assertThat(read(grant).errors().stream().map(Object::toString))
                .contains("c:3:" + column + ": " + message);
    }

    @Test
    void shouldRefuseUnknownVerbs() {
        assertThat(read("{stream: S, allow: [read, eat]}").errors())
                .contains(
                        "c:3:13: allow is a list of read, write (or publish) and manage, not"
                                + " \"eat\"");
        assertThat(read("5").errors()).hasSize(1);
    }
}
