package io.millrace.broker.store.block;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.ledger.Debtor;
import io.millrace.broker.ledger.Ledger;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.Random;
import java.util.zip.CRC32C;

/**
 * Opens a checkpoint whose bytes are anybody's, and has a stream's blocks read from it.
 *
 * <p>An input is a file; if its first byte is odd, the checksums of its header and frames are put
 * right, so that what they protect is looked at, too. {@code JAZZER_FUZZ=1 mvn verify -pl broker
 * -Dtest=CheckpointFuzzTest} fuzzes; without the variable the seeds run.
 */
class CheckpointFuzzTest {
    private static final String NAME = "checkpoints/checkpoint-0000000000000001";

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldReadOrRefuse(byte[] input) throws IOException {
        check(input);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void shouldReadOrRefuseRandomBytes(int seed) throws IOException {
        Random random = new Random(seed);
        byte[] whole = whole();
        for (int round = 0; round < 300; round++) {
            byte[] input = new byte[1 + whole.length];
            System.arraycopy(whole, 0, input, 1, whole.length);
            input[0] = (byte) random.nextInt();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt();
            }
            check(input);
        }
    }

    private static byte[] whole() {
        ForgetfulDisk disk = new ForgetfulDisk(new Random(1));
        ManualErrands errands = new ManualErrands();
        CheckpointWriter writer =
                new CheckpointWriter(
                        disk,
                        "checkpoints",
                        errands,
                        0,
                        1,
                        out -> {
                            out.begin(1, 1, 1);
                            out.putLong(9);
                            out.putInt(1);
                            out.putLong(4);
                            out.putLong(99);
                            out.putInt(1000);
                            out.putInt(4);
                            out.putInt(3);
                            out.putLong(300);
                            out.putInt(1);
                            out.end();
                            return false;
                        },
                        new Debtor(Ledger.unbounded()));
        while (writer.step(Long.MAX_VALUE)) {
            errands.runAll();
        }
        writer.close();
        return disk.bytes(NAME);
    }

    private static void check(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        byte[] file = java.util.Arrays.copyOfRange(input, 1, input.length);
        if ((input[0] & 1) != 0) {
            mend(file);
        }
        ForgetfulDisk disk = new ForgetfulDisk(new Random(1));
        disk.put(NAME, file);
        var opened = CheckpointReader.newest(disk, "checkpoints", 0, refused -> {});
        if (opened.isPresent()) {
            try (CheckpointReader in = opened.get()) {
                while (in.next()) {
                    restore(disk, in);
                }
            }
        }
    }

    private static void restore(ForgetfulDisk disk, CheckpointReader in) {
        BlockFiles files =
                new BlockFiles(
                        disk,
                        new ManualErrands(),
                        42,
                        new Random(2),
                        BlockOptions.DEFAULT,
                        (kind, name, from, to) -> {});
        StreamBlocks blocks =
                new StreamBlocks(files, "streams/1", 1, new Debtor(Ledger.unbounded()));
        try {
            blocks.restore(in);
            blocks.scan((location, record) -> {});
        } catch (IOException e) {
            // Refused.
        }
        blocks.close();
    }

    /** Puts the checksums right as far as frames can be followed. */
    private static void mend(byte[] file) {
        if (file.length < CheckpointLayout.HEADER_BYTES) {
            return;
        }
        int crc = crc(CheckpointLayout.MAGIC ^ CheckpointLayout.VERSION, file, 16, 64);
        putInt(file, CheckpointLayout.CRC_OFFSET, crc);
        int at = CheckpointLayout.HEADER_BYTES;
        for (long frame = 0; at <= file.length - CheckpointLayout.FRAME_HEAD_BYTES; frame++) {
            int length = getInt(file, at + CheckpointLayout.FRAME_LENGTH_OFFSET);
            int body = at + CheckpointLayout.FRAME_HEAD_BYTES;
            if (length < 0 || length > file.length - body) {
                return;
            }
            crc = crc(CheckpointLayout.seed(frame, crc), file, at + 4, body + length);
            putInt(file, at, crc);
            at = body + length;
        }
    }

    private static int crc(long seed, byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        for (int i = 0; i < Long.BYTES; i++) {
            crc.update((int) (seed >>> i * Byte.SIZE) & 0xFF);
        }
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    private static int getInt(byte[] bytes, int at) {
        return bytes[at] & 0xFF
                | (bytes[at + 1] & 0xFF) << 8
                | (bytes[at + 2] & 0xFF) << 16
                | bytes[at + 3] << 24;
    }

    private static void putInt(byte[] bytes, int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[at + i] = (byte) (value >>> i * Byte.SIZE);
        }
    }
}
