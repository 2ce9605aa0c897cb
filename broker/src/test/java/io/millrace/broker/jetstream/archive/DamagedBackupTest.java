package io.millrace.broker.jetstream.archive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Backups that were cut, or in which bits have flipped: never a message that there wasn't. */
class DamagedBackupTest {
    private static final List<String> VERSIONS = Samples.VERSIONS;
    private static final int FLIPS = Integer.getInteger("millrace.backup.flips", 60);

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void shouldRefuseABackupThatIsCut(String version) {
        byte[] backup = Samples.backup(version);
        byte[] content = Samples.unpacked(backup);
        List<String> messages = Samples.messages(version);
        for (int length = 0; length < backup.length; length += 1 + length / 50) {
            assertThat(refusal(Arrays.copyOf(backup, length), messages, true)).isNotEmpty();
        }
        for (int length = 0; length < content.length; length += 1 + length / 100) {
            byte[] cut = Samples.packed(Arrays.copyOf(content, length));
            boolean whole = isPadding(content, length);
            assertThat(refusal(cut, messages, true).isEmpty()).as("" + length).isEqualTo(whole);
        }
    }

    /** Whether only zeros of a tar file's end follow, behind the two blocks that make it one. */
    private static boolean isPadding(byte[] content, int length) {
        for (int i = length - 1024; i < content.length; i++) {
            if (i < 0 || content[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @FieldSource("VERSIONS")
    void shouldTellNoMessageThatWasntThereWhateverFlips(String version) {
        byte[] backup = Samples.backup(version);
        byte[] content = Samples.unpacked(backup);
        List<String> messages = Samples.messages(version);
        // Inside, only the older format has checksums of its own.
        boolean sealed = version.equals("2.14");
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < FLIPS; i++) {
            refused += refusal(flipped(backup, random), messages, true).isEmpty() ? 0 : 1;
            String inside = refusal(Samples.packed(flipped(content, random)), messages, sealed);
            refused += inside.isEmpty() ? 0 : 1;
        }
        assertThat(refused).isGreaterThan(FLIPS);
    }

    private static byte[] flipped(byte[] bytes, Random random) {
        byte[] flipped = bytes.clone();
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return flipped;
    }

    /** Why it was refused; empty if it wasn't. Anything else that is thrown is a failure. */
    private static String refusal(byte[] backup, List<String> messages, boolean sealed) {
        Told told = new Told();
        String reason = "";
        try {
            Samples.read(backup, 4096, told);
        } catch (BadBackupException e) {
            reason = e.reason();
            assertThat(reason).hasSizeGreaterThan(8);
        }
        if (sealed) {
            // One that is gone again says so later.
            for (String each : told.messages.values()) {
                assertThat(isGone(each) || messages.contains(each)).as(each).isTrue();
            }
        }
        return reason;
    }

    private static boolean isGone(String message) {
        return Samples.GONE.contains(Long.parseLong(message.substring(0, message.indexOf(' '))));
    }
}
