package io.millrace.broker.jetstream.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

class ReferenceBackupTest {
    private static final List<String> VERSIONS = Samples.VERSIONS;

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void shouldReadWhatTheReferenceWroteHoweverItIsCut(String version) throws Exception {
        byte[] backup = Samples.backup(version);
        for (int piece : new int[] {backup.length, 1000, 1}) {
            Told told = Samples.read(backup, piece);
            assertThat(told.messages.values()).containsExactlyElementsOf(Samples.messages(version));
            assertThat(told.last).isEqualTo(Samples.LAST_SEQUENCE);
            assertThat(told.consumers)
                    .extracting(ArchivedConsumer::name)
                    .containsExactlyInAnyOrder("C", "E");
        }
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void shouldReadHowFarConsumersHaveCome(String version) throws Exception {
        Told told = Samples.read(Samples.backup(version), 1 << 20);
        ArchivedConsumer found =
                told.consumers.stream().filter(each -> each.name().equals("C")).findFirst().get();
        ConsumerState state = found.state();
        assertThat(new String(found.config(), StandardCharsets.UTF_8))
                .contains("\"durable_name\":\"C\"", "\"ack_wait\":1000000000");
        assertThat(state.deliveredConsumer()).isEqualTo(9);
        assertThat(state.deliveredStream()).isEqualTo(16);
        assertThat(state.ackFloorConsumer()).isEqualTo(3);
        assertThat(state.ackFloorStream()).isEqualTo(12);
        assertThat(state.pending()).containsOnlyKeys(13L, 14L, 15L, 16L);
        assertThat(state.pending().get(16L).sequence()).isEqualTo(7);
        assertThat(state.pending().get(16L).timeNs())
                .isBetween(1795758500L * 1_000_000_000, 1795758600L * 1_000_000_000);
        assertThat(state.redelivered()).hasSize(2);
        assertThat(ConsumerJson.read("C", ConsumerJson.write(found)).state()).isEqualTo(state);
        assertThat(state.upTo(14).pending()).containsOnlyKeys(13L, 14L);
        assertThat(state.upTo(14).deliveredStream()).isEqualTo(14);
    }

    /** As servers before 2.2 wrote it. */
    @Test
    void shouldReadTheFirstVersionOfAConsumersState() throws Exception {
        // Ack floor 3, 12; delivered 4, 5 above it; of two pending at 100 s, 1 and 4 above.
        byte[] bytes = HexFormat.of().parseHex("1601030c040502c801" + "0102" + "0404" + "010207");
        ConsumerState state = StoredConsumerState.read(bytes);
        assertThat(state.deliveredConsumer()).isEqualTo(4 + 2);
        assertThat(state.deliveredStream()).isEqualTo(5 + 11);
        assertThat(state.pending()).containsOnlyKeys(13L, 16L);
        assertThat(state.pending().get(13L).timeNs()).isEqualTo(101_000_000_000L);
        assertThat(state.redelivered()).containsExactly(Map.entry(14L, 7L));
    }
}
