package io.millrace.broker.store.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.store.RecordKind;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.RecordWriter;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

class RecordCoverTest {
    private static final byte[] SUBJECT = "secret.subject".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PAYLOAD = "a payload".getBytes(StandardCharsets.US_ASCII);
    private static final int AT = 8;

    @AutoClose private final NativeBlock memory = NativeBlock.allocate(256);
    private final Region region = memory.region();
    private final RecordView view = new RecordView();

    private int write(int flags) {
        RecordWriter writer =
                new RecordWriter()
                        .begin(
                                region,
                                AT,
                                RecordKind.MESSAGE,
                                flags,
                                3,
                                17,
                                99,
                                SUBJECT.length,
                                0,
                                PAYLOAD.length);
        region.put(writer.subjectOffset(), SUBJECT);
        region.put(writer.payloadOffset(), PAYLOAD);
        region.putInt(AT + RecordLayout.LENGTH, writer.length());
        return writer.length();
    }

    private boolean uncover(RecordCover cover, FileKey key, int place) {
        assertThat(view.moveTo(region, AT, region.length())).isTrue();
        return cover.uncover(view, key, place);
    }

    @ParameterizedTest
    @EnumSource(StoreCipher.class)
    void shouldShowWhatWasCoveredAndNothingElse(StoreCipher cipher) {
        StoreKey store = StoreKey.random(cipher, new SplittableRandom(1));
        FileKey key = store.segment(1, 2);
        try (RecordCover cover = store.records()) {
            int length = write(cover.flag());
            cover.cover(region, AT, length, key, 4136);
            String stored = new String(region.bytes(0, 256), StandardCharsets.ISO_8859_1);
            assertThat(stored).doesNotContain("secret").doesNotContain("payload");

            assertThat(uncover(cover, key, 4136)).isTrue();
            assertThat(view.length()).isEqualTo(length);
            assertThat(view.sequence()).isEqualTo(17);
            assertThat(view.region().bytes(view.subjectOffset(), view.subjectLength()))
                    .isEqualTo(SUBJECT);
            assertThat(view.region().bytes(view.payloadOffset(), view.payloadLength()))
                    .isEqualTo(PAYLOAD);

            assertThat(uncover(cover, key, 4144)).isFalse();
            for (FileKey other : others(store)) {
                assertThat(uncover(cover, other, 4136)).isFalse();
            }
            for (int at = AT + RecordLayout.COVERED; at < AT + length; at++) {
                byte right = region.getByte(at);
                region.putByte(at, (byte) (right ^ 4));
                if (view.moveTo(region, AT, region.length())) {
                    assertThat(cover.uncover(view, key, 4136)).as("byte %d", at).isFalse();
                }
                region.putByte(at, right);
            }
            assertThat(uncover(cover, key, 4136)).isTrue();
        }
    }

    /** Each differs in one thing. */
    private static FileKey[] others(StoreKey store) {
        return new FileKey[] {
            store.segment(2, 2),
            store.segment(1, 3),
            store.block(0, 1, 2),
            store.packed(0, 1, 2, 0),
            store.checkpoint(1, 2, 0),
            StoreKey.random(store.cipher(), new SplittableRandom(2)).segment(1, 2)
        };
    }

    @ParameterizedTest
    @EnumSource(StoreCipher.class)
    void shouldNeitherCoverNorTrustARecordWithoutATag(StoreCipher cipher) {
        StoreKey store = StoreKey.random(cipher, new SplittableRandom(1));
        FileKey key = store.segment(1, 2);
        try (RecordCover cover = store.records()) {
            int length = write(0);
            assertThat(uncover(cover, key, 0)).isFalse();
            assertThatThrownBy(() -> cover.cover(region, AT, length, key, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
