package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigSource;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Key;
import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.Row;
import io.millrace.broker.config.auth.AccountBlock;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.cluster.ClusterKeys;
import io.millrace.broker.config.jetstream.JetStreamKeys;
import io.millrace.broker.config.leaf.LeafKeys;
import io.millrace.broker.config.monitor.MonitorKeys;
import io.millrace.broker.config.tls.TlsKeys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether each row is complete, as it is the only place where an option is written. {@link
 * OptionsChangeTest} shows for each field of each record that a reload does what its row says.
 */
class RowsTest {
    /** Keys that weaken a server, and one that says nothing to most; nobody is led to them. */
    private static final Set<String> UNTOLD =
            Set.of("allow_insecure_cipher_suites", "verify_cert_and_check_known_urls");

    /** What a misspelled key is answered with. */
    private static String answer(String frame, String key) {
        ConfigSource source = new MemorySource().file("c", frame.formatted(key));
        return String.join("\n", ConfigFile.read(source, "c", new OptionsBuilder()).errors());
    }

    @ParameterizedTest
    @MethodSource("io.millrace.broker.config.start.UnknownFieldTest#blocks")
    void shouldTellEachKeyToWhoMisspellsIt(Block block, String frame) {
        for (Key key : block.keys().stream().filter(Key::isBuilt).toList()) {
            String name = key.names().getFirst();
            if (UNTOLD.contains(name)) {
                assertThat(answer(frame, name + "q")).as(name).doesNotContain(name + "\"?");
            } else if (name.length() > 2) {
                assertThat(answer(frame, name + "q"))
                        .as(name)
                        .contains(
                                "unknown field \"" + name + "q\"; did you mean \"" + name + "\"?");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.millrace.broker.config.start.UnknownFieldTest#blocks")
    void shouldKnowEachNameOfAKey(Block block, String frame) {
        for (Key key : block.keys()) {
            for (String name : key.names()) {
                assertThat(block.find(name)).as(name).isSameAs(key);
                assertThat(answer(frame, name)).as(name).doesNotContain("unknown field");
            }
        }
    }

    @Test
    void shouldShowEachFlagInTheUsage() {
        Set<String> seen = new HashSet<>();
        for (Flag flag : Concerns.flags()) {
            for (String name : flag.names()) {
                assertThat(seen.add(name)).as("two flags are called " + name).isTrue();
                assertThat(Usage.TEXT).containsPattern("(?m)(^|[ ,])--?" + name + "(,|\\s)");
            }
        }
        assertThat(seen).hasSizeGreaterThan(40);
    }

    /** A row that no field of a record moves would promise a reload what never happens. */
    @Test
    void shouldNameEachRowOnceAndMoveItByAField() throws Exception {
        List<String> named = new ArrayList<>();
        for (Concern<?> concern : Concerns.ALL) {
            for (Row<?, ?> row : concern.rows().all()) {
                if (!row.name().isEmpty()) {
                    named.add(row.name());
                }
            }
        }
        assertThat(named).doesNotHaveDuplicates();
        assertThat(OptionsChangeTest.movedByFields())
                .containsExactlyInAnyOrderElementsOf(new TreeSet<>(named));
    }

    /** What is in no block of its own stands at the top, or it could not be written. */
    @Test
    void shouldHaveEachBlockInTheConfiguration() {
        for (Block block :
                List.of(
                        AuthKeys.AUTHORIZATION,
                        AccountBlock.BLOCK,
                        ClusterKeys.CLUSTER,
                        LeafKeys.LEAFNODES,
                        JetStreamKeys.JETSTREAM,
                        TlsKeys.TLS,
                        MonitorKeys.MONITOR)) {
            assertThat(Concerns.TOP.find(block.name())).as(block.name()).isNotNull();
        }
        for (Concern<?> concern : Concerns.ALL) {
            for (Key key : concern.top().keys()) {
                assertThat(Concerns.TOP.find(key.names().getFirst())).isSameAs(key);
            }
        }
    }
}
