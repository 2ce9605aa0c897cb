package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.config.delivery.WriteTimeout;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.gateway.RemoteGateway;
import io.millrace.broker.config.jetstream.EncryptionCipher;
import io.millrace.broker.config.jetstream.JetStreamLimits;
import io.millrace.broker.config.jetstream.SyncPolicy;
import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.listen.IdentityKeys;
import io.millrace.broker.config.log.LogOptions;
import io.millrace.broker.config.process.ThreadingOptions;
import io.millrace.broker.config.tls.TlsOptions;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

class OptionsChangeTest {
    /** Where the configuration stands and what it says as a whole is no option. */
    private static final Set<String> NO_OPTIONS =
            Set.of("files.configFile", "files.configDigest", "threading.ioThreads");

    private static Options options() {
        return new OptionsBuilder().conclude(2);
    }

    /** Every component of every record makes a change of its own; so none is forgotten. */
    @Test
    void shouldSeeAChangeOfEveryOption() throws Exception {
        Options running = options();
        List<String> unseen = new ArrayList<>();
        for (RecordComponent group : Options.class.getRecordComponents()) {
            for (RecordComponent option : group.getType().getRecordComponents()) {
                Options wanted = with(running, group, option);
                if (OptionsChange.between(running, wanted).size() != 1) {
                    unseen.add(group.getName() + "." + option.getName());
                }
            }
        }
        assertThat(unseen).containsExactlyInAnyOrderElementsOf(NO_OPTIONS);
    }

    /** What is said to be applied is, and what is said to need a restart isn't. */
    @Test
    void shouldKeepExactlyWhatCannotChangeWhileAServerRuns() throws Exception {
        Options running = options();
        for (RecordComponent group : Options.class.getRecordComponents()) {
            for (RecordComponent option : group.getType().getRecordComponents()) {
                Options wanted = with(running, group, option);
                Options kept = wanted.keeping(running);
                List<OptionsChange> changes = OptionsChange.between(running, wanted);
                List<OptionsChange> applied = OptionsChange.between(running, kept);
                assertThat(applied)
                        .as(group.getName() + "." + option.getName())
                        .isEqualTo(changes.stream().filter(OptionsChange::live).toList());
            }
        }
    }

    /** The names of all changes that some component makes. */
    static Set<String> movedByFields() throws ReflectiveOperationException {
        Options running = options();
        Set<String> moved = new TreeSet<>();
        for (RecordComponent group : Options.class.getRecordComponents()) {
            for (RecordComponent option : group.getType().getRecordComponents()) {
                OptionsChange.between(running, with(running, group, option))
                        .forEach(change -> moved.add(change.key()));
            }
        }
        return moved;
    }

    /** A field that the builder passes over would be lost on the way. */
    @Test
    void shouldKeepEveryFieldOfABlockThatIsBuiltAnew() throws Exception {
        for (RecordComponent option : TlsOptions.class.getRecordComponents()) {
            Object other = other(option, option.getAccessor().invoke(TlsOptions.OFF));
            TlsOptions tls = (TlsOptions) copy(TlsOptions.OFF, option, other);
            assertThat(tls).as(option.getName()).isNotEqualTo(TlsOptions.OFF);
            assertThat(tls.toBuilder().build()).as(option.getName()).isEqualTo(tls);
        }
        LeafOptions none = LeafOptions.builder().build();
        for (RecordComponent option : LeafOptions.class.getRecordComponents()) {
            Object other = other(option, option.getAccessor().invoke(none));
            LeafOptions leaf = (LeafOptions) copy(none, option, other);
            assertThat(leaf).as(option.getName()).isNotEqualTo(none);
            assertThat(leaf.toBuilder().build()).as(option.getName()).isEqualTo(leaf);
        }
        ClusterOptions off = ClusterOptions.builder().build();
        for (RecordComponent option : ClusterOptions.class.getRecordComponents()) {
            Object other = other(option, option.getAccessor().invoke(off));
            ClusterOptions cluster = (ClusterOptions) copy(off, option, other);
            assertThat(cluster).as(option.getName()).isNotEqualTo(off);
            assertThat(cluster.toBuilder().build()).as(option.getName()).isEqualTo(cluster);
        }
        GatewayOptions unset = GatewayOptions.builder().build();
        for (RecordComponent option : GatewayOptions.class.getRecordComponents()) {
            Object other = other(option, option.getAccessor().invoke(unset));
            GatewayOptions gateway = (GatewayOptions) copy(unset, option, other);
            assertThat(gateway).as(option.getName()).isNotEqualTo(unset);
            assertThat(gateway.toBuilder().build()).as(option.getName()).isEqualTo(gateway);
        }
    }

    private static Options with(Options options, RecordComponent group, RecordComponent option)
            throws ReflectiveOperationException {
        Object record = group.getAccessor().invoke(options);
        Object other = other(option, option.getAccessor().invoke(record));
        return (Options) copy(options, group, copy(record, option, other));
    }

    private static Object copy(Object record, RecordComponent changed, Object value)
            throws ReflectiveOperationException {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] =
                    components[i].getName().equals(changed.getName())
                            ? value
                            : components[i].getAccessor().invoke(record);
        }
        return record.getClass().getDeclaredConstructor(types).newInstance(values);
    }

    /** Another value of the same kind. */
    private static Object other(RecordComponent option, @Nullable Object value) {
        return switch (value) {
            case null -> new RoutePermissions(SubjectRules.EVERYTHING, SubjectRules.NOTHING);
            case CompressionOptions _ -> new CompressionOptions(Mode.S2_FAST, List.of());
            case TlsOptions tls -> tls.toBuilder().insecure(!tls.insecure()).build();
            case Boolean flag -> !flag;
            case Integer number -> number + 1;
            case Long number -> number + 1;
            case String text -> text + "x";
            case Duration duration -> duration.plusSeconds(1);
            case Secret secret -> new Secret(secret.value() + "x");
            case List<?> list when option.getName().equals("gateways") ->
                    List.of(new RemoteGateway("R" + list.size(), List.of(), TlsOptions.OFF));
            case List<?> list when option.getName().equals("remotes") ->
                    List.of(LeafRemote.builder().urls("nats-leaf://h" + list.size()).build());
            case List<?> list -> new ArrayList<>(List.of(option.getName(), list.size()));
            case Set<?> set -> Set.of(option.getName(), set.size());
            case Map<?, ?> map -> Map.of(option.getName(), "" + map.size());
            case LogOptions.Format format -> LogOptions.Format.values()[1 - format.ordinal()];
            case SyncPolicy _ -> SyncPolicy.every(Duration.ofSeconds(1));
            case JetStreamLimits limits ->
                    new JetStreamLimits(
                            limits.maxAckPending() + 1,
                            limits.maxRequestBatch(),
                            limits.defaultMaxConsumers(),
                            limits.duplicateWindow(),
                            limits.batch());
            case WriteTimeout policy ->
                    policy == WriteTimeout.CLOSE ? WriteTimeout.RETRY : WriteTimeout.CLOSE;
            case EncryptionCipher cipher -> EncryptionCipher.values()[1 - cipher.ordinal()];
            case ThreadingOptions.Mode mode -> ThreadingOptions.Mode.values()[1 - mode.ordinal()];
            default -> throw new AssertionError("teach this test about " + value.getClass());
        };
    }

    @Test
    void shouldNotShowSecretsOrLists() {
        Options running = options();
        Options wanted =
                new OptionsBuilder()
                        .set(AuthKeys.USERNAME, "u")
                        .set(AuthKeys.PASSWORD, new Secret("s3cr3t"))
                        .set(IdentityKeys.SERVER_TAGS, List.of("t"))
                        .writeDeadline(Duration.ofMillis(1500))
                        .serverName("n")
                        .conclude(2);
        assertThat(OptionsChange.between(running, wanted).stream().map(OptionsChange::text))
                .containsExactlyInAnyOrder(
                        "config reload not supported for server_name: old=, new=n",
                        "Reloaded: server_tags",
                        "Reloaded: write_deadline = 1.5s",
                        "Reloaded: authorization username = u",
                        "Reloaded: authorization password");
    }
}
