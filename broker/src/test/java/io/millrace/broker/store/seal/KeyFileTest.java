package io.millrace.broker.store.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

class KeyFileTest {
    private static final long SEED = 5;

    @TempDir private Path folder;

    private KeyFile file() {
        return new KeyFile(folder, new SplittableRandom(SEED));
    }

    private Path whole() {
        return folder.resolve(KeyFile.FILE);
    }

    private Path unfinished() {
        return folder.resolve(KeyFile.UNFINISHED);
    }

    private static StoreSecrets secrets(String key, String previous) {
        return new StoreSecrets(key, previous, StoreCipher.CHACHA);
    }

    private void expectRefusal(StoreSecrets secrets, String words) {
        assertThatThrownBy(() -> file().open(secrets))
                .isInstanceOf(SealRefusedException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("present")
                .hasMessageNotContaining("former");
    }

    @ParameterizedTest
    @EnumSource(StoreCipher.class)
    void shouldGiveTheSameKeyWhateverItIsConfiguredWithNext(StoreCipher cipher) throws IOException {
        StoreKey made = file().make(new StoreSecrets("former", "", cipher));
        byte[] before = Files.readAllBytes(whole());
        expectRefusal(secrets("present", ""), "is encrypted with another key");
        assertThat(Files.readAllBytes(whole())).isEqualTo(before);
        StoreKey opened = file().open(secrets("present", "former"));
        assertThat(opened.data()).isEqualTo(made.data());
        // What is configured for a store that is made doesn't matter any more.
        assertThat(opened.cipher()).isEqualTo(cipher);
        assertThat(Files.readAllBytes(whole())).isNotEqualTo(before);
        assertThat(unfinished()).doesNotExist();
        expectRefusal(secrets("former", ""), "is encrypted with another key");
        byte[] after = Files.readAllBytes(whole());
        assertThat(file().open(secrets("present", "former")).data()).isEqualTo(made.data());
        assertThat(Files.readAllBytes(whole())).isEqualTo(after);
    }

    /** Of the new file there may be anything, until it has the name of the old one. */
    @Test
    void shouldOutlastAPowerCutAtEachStepOfTheChangeOfItsKey() throws IOException {
        StoreKey made = file().make(secrets("former", ""));
        byte[] before = Files.readAllBytes(whole());
        file().open(secrets("present", "former"));
        byte[] after = Files.readAllBytes(whole());
        for (int written = 0; written <= after.length; written += after.length / 3) {
            for (boolean isZeroed : new boolean[] {false, true}) {
                byte[] torn = Arrays.copyOf(after, isZeroed ? after.length : written);
                Arrays.fill(torn, written, torn.length, (byte) 0);
                Files.write(whole(), before);
                Files.write(unfinished(), torn);
                // It may be given up,
                assertThat(file().open(secrets("former", "")).data()).isEqualTo(made.data());
                assertThat(Files.readAllBytes(whole())).isEqualTo(before);
                // or done again.
                assertThat(file().open(secrets("present", "former")).data()).isEqualTo(made.data());
                assertThat(unfinished()).doesNotExist();
                assertThat(file().open(secrets("present", "")).data()).isEqualTo(made.data());
            }
        }
    }

    @Test
    void shouldKeepTheOldFileWhereANewOneCannotBeWritten() throws IOException {
        StoreKey made = file().make(secrets("former", ""));
        byte[] before = Files.readAllBytes(whole());
        Files.createDirectory(unfinished());
        assertThatThrownBy(() -> file().open(secrets("present", "former")))
                .isInstanceOf(IOException.class);
        assertThat(Files.readAllBytes(whole())).isEqualTo(before);
        Files.delete(unfinished());
        assertThat(file().open(secrets("present", "former")).data()).isEqualTo(made.data());
    }

    @Test
    void shouldOpenNothingElseWhereAByteIsAnotherOne() throws IOException {
        StoreKey made = file().make(secrets("present", ""));
        byte[] before = Files.readAllBytes(whole());
        SplittableRandom random = new SplittableRandom(SEED);
        for (int at = 0; at < before.length; at += 1 + random.nextInt(6)) {
            byte[] damaged = before.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(whole(), damaged);
            try {
                // Blanks are as good as others.
                assertThat(file().open(secrets("present", "")).data()).isEqualTo(made.data());
                assertThat((char) before[at]).isIn(' ', '\n', '\r');
            } catch (SealRefusedException e) {
                assertThat(e).hasMessageMatching(".*(is damaged|with another key).*");
            }
            Files.write(whole(), Arrays.copyOf(before, at));
            if (at < before.length - 2) {
                expectRefusal(secrets("present", ""), "store.key is damaged: put it back");
            }
        }
        Files.write(whole(), new byte[1 << 20]);
        expectRefusal(secrets("present", ""), "store.key is damaged: put it back");
        Files.delete(whole());
        expectRefusal(secrets("present", ""), "store.key is missing: put it back");
    }
}
