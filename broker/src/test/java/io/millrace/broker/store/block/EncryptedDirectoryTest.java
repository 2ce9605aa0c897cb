package io.millrace.broker.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.store.RecordLayout;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.disk.InlineErrands;
import io.millrace.broker.store.disk.RealDisk;
import io.millrace.broker.store.seal.RecordCover;
import io.millrace.broker.store.seal.StoreCipher;
import io.millrace.broker.store.seal.StoreKey;
import io.millrace.broker.store.seal.StoreSecrets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What opens an encrypted store, and what doesn't. */
class EncryptedDirectoryTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-26T22:10:00Z"));

    private final Random random = new Random(1);

    @TempDir Path root;

    private StoreKey open(String key, String previous) throws IOException {
        StoreSecrets secrets = new StoreSecrets(key, previous, StoreCipher.AES);
        try (StoreDirectory opened = StoreDirectory.open(root, CLOCK, random, secrets)) {
            return opened.encryption();
        }
    }

    /** Refused with these words, without the keys, and nothing is changed. */
    private void assertRefused(String key, String previous, String... words) throws IOException {
        Map<String, String> before = files();
        assertThatThrownBy(() -> open(key, previous))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContainingAll(words)
                .message()
                .doesNotContain("s3cret", "0ther");
        assertThat(files()).isEqualTo(before);
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path each : paths.filter(Files::isRegularFile).toList()) {
                all.put(each.toString(), Files.readString(each, StandardCharsets.ISO_8859_1));
            }
        }
        return all;
    }

    /** Whether both open the same. */
    private static boolean isSame(StoreKey one, StoreKey other) {
        try (RecordCover cover = one.records();
                RecordCover another = other.records();
                Records records = new Records(1, RecordLayout.SEALED)) {
            RecordView record = records.message(1, 10);
            cover.cover(record.region(), 0, record.length(), one.block(1, 2, 3), 64);
            return another.uncover(record, other.block(1, 2, 3), 64);
        }
    }

    @Test
    void shouldOpenWithItsKeyAlone() throws IOException {
        StoreKey made = open("s3cret", "");
        assertThat(made.cipher()).isEqualTo(StoreCipher.AES);
        assertThat(isSame(made, open("s3cret", ""))).isTrue();
        assertThat(isSame(made, open("s3cret", "0ther"))).isTrue();
        assertRefused("0ther", "", "is encrypted with another key");
        assertRefused("0ther", "0therwise", "is encrypted with another key");
        assertRefused("", "s3cret", "is encrypted, and no key is configured");
        assertThat(files().toString()).doesNotContain("s3cret");
    }

    @Test
    void shouldReplaceThePreviousKey() throws IOException {
        StoreKey made = open("s3cret", "");
        assertThat(isSame(made, open("0ther", "s3cret"))).isTrue();
        assertThat(isSame(made, open("0ther", ""))).isTrue();
        assertRefused("s3cret", "", "is encrypted with another key");
        // As a crash leaves it.
        Files.writeString(root.resolve("store.key.new"), "half");
        assertThat(isSame(made, open("0ther", ""))).isTrue();
        assertThat(isSame(made, open("s3cret", "0ther"))).isTrue();
    }

    @Test
    void shouldRefuseAKeyForWhatIsNotEncrypted() throws IOException {
        assertThat(open("", "").isThere()).isFalse();
        assertRefused("s3cret", "", "isn't encrypted, but a key is configured");
    }

    @Test
    void shouldRefuseADamagedKeyFileAndAMissingOne() throws IOException {
        open("s3cret", "");
        Path file = root.resolve("store.key");
        String content = Files.readString(file);
        Files.writeString(file, content.replace("salt", "pepper"));
        assertRefused("s3cret", "", "store.key is damaged");
        Files.writeString(file, content.replace("\"aes\"", "\"chacha\""));
        assertRefused("s3cret", "", "is encrypted with another key");
        Files.delete(file);
        assertRefused("s3cret", "", "store.key is missing");
    }

    @Test
    void shouldGoOnWhereMakingItWasCutOff() throws IOException {
        open("s3cret", "");
        Files.delete(root.resolve("store.json"));
        try (Stream<Path> parts = Files.list(root)) {
            for (Path each : parts.filter(Files::isDirectory).toList()) {
                Files.delete(each);
            }
        }
        assertThat(open("0ther", "").isThere()).isTrue();
    }

    @Test
    void shouldTakeNoCheckpointThatWasForged() throws IOException {
        StoreKey key = open("s3cret", "");
        RealDisk disk = new RealDisk(root);
        Debtor debtor = new Debtor(Ledger.unbounded());
        InlineErrands errands = new InlineErrands();
        try (CheckpointWriter writer =
                new CheckpointWriter(
                        disk,
                        "checkpoints",
                        errands,
                        1,
                        64,
                        sink -> {
                            sink.begin(1, 2, 3);
                            for (int i = 0; i < 100_000; i++) {
                                sink.putLong(0x5445_5243_4553L);
                            }
                            sink.end();
                            return false;
                        },
                        debtor,
                        key)) {
            while (writer.step(64)) {
                assertThat(writer.failure()).isEmpty();
                errands.poll();
            }
        }
        assertThat(files().toString()).doesNotContain("SECRET");
        List<String> refused = new ArrayList<>();
        try (CheckpointReader reader =
                CheckpointReader.newest(disk, "checkpoints", 1, key, refused::add).orElseThrow()) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.remaining()).isEqualTo(800_000);
            for (int i = 0; i < 100_000; i++) {
                assertThat(reader.getLong()).isEqualTo(0x5445_5243_4553L);
            }
            assertThat(reader.next()).isFalse();
        }
        StoreKey another = StoreKey.random(StoreCipher.AES, random);
        assertThat(CheckpointReader.newest(disk, "checkpoints", 1, another, refused::add))
                .isEmpty();
        assertThat(refused).singleElement().asString().contains("a frame is forged");
    }
}
