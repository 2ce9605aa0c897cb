package io.millrace.broker.compression;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** Writes blocks of random elements of all kinds, each in any of the forms it can have. */
final class BlockWriter {
    private final Random random;
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private int length;
    private boolean copied;

    BlockWriter(Random random) {
        this.random = random;
    }

    byte[] block() {
        return block.toByteArray();
    }

    /** Bytes of the content. */
    int length() {
        return length;
    }

    void element() {
        switch (random.nextInt(length == 0 ? 1 : copied ? 5 : 4)) {
            case 0 -> literal();
            case 1 -> nearCopy();
            case 2 -> copy(0b10, 2);
            case 3 -> copy(0b11, 4);
            default -> repeat();
        }
    }

    private void literal() {
        int sizeBytes = random.nextInt(5);
        int size = 1 + random.nextInt(sizeBytes == 0 ? 60 : sizeBytes == 1 ? 256 : 600);
        if (sizeBytes == 0) {
            block.write(size - 1 << 2);
        } else {
            block.write(59 + sizeBytes << 2);
            number(size - 1, sizeBytes);
        }
        byte[] content = new byte[size];
        random.nextBytes(content);
        block.writeBytes(content);
        length += size;
    }

    private void nearCopy() {
        int offset = offset(2047);
        int size = 4 + random.nextInt(8);
        block.write(offset >> 8 << 5 | size - 4 << 2 | 0b01);
        block.write(offset);
        copied(size);
    }

    private void copy(int kind, int offsetBytes) {
        int size = 1 + random.nextInt(64);
        block.write(size - 1 << 2 | kind);
        number(offset(65535), offsetBytes);
        copied(size);
    }

    private void repeat() {
        int code = random.nextInt(random.nextInt(20) == 0 ? 8 : 7);
        block.write(code << 2 | 0b01);
        block.write(0);
        switch (code) {
            case 5 -> longRepeat(8, 256, 1);
            case 6 -> longRepeat(260, 3000, 2);
            case 7 -> longRepeat(65540, 3000, 3);
            default -> copied(4 + code);
        }
    }

    private void longRepeat(int least, int bound, int bytes) {
        int more = random.nextInt(bound);
        number(more, bytes);
        copied(least + more);
    }

    /** Near ones more often: they overlap. */
    private int offset(int most) {
        int bound = Math.min(most, length);
        return 1 + random.nextInt(random.nextBoolean() ? Math.min(bound, 20) : bound);
    }

    private void number(int value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            block.write(value >>> 8 * i);
        }
    }

    private void copied(int size) {
        length += size;
        copied = true;
    }
}
