package io.millrace.broker.monitor;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects bytes, up to a limit; in pieces, so that growing needs no copy of what there is already.
 */
final class BoundedBytes extends OutputStream {
    /** There were more. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super("too large");
        }
    }

    private static final int FIRST_BYTES = 4 * 1024;
    private static final int PIECE_BYTES = 256 * 1024;

    private final List<byte[]> full = new ArrayList<>();
    private final int max;
    private byte[] piece;
    private int used;
    private int size;

    BoundedBytes(int max) {
        this.max = max;
        piece = held(FIRST_BYTES);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] more, int offset, int length) throws IOException {
        if (length > max - size) {
            throw new TooLargeException();
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            if (used == piece.length) {
                full.add(piece);
                piece = held(PIECE_BYTES);
                used = 0;
            }
            int some = Math.min(left, piece.length - used);
            System.arraycopy(more, from, piece, used, some);
            used += some;
            from += some;
            left -= some;
        }
        size += length;
    }

    private static byte[] held(int bytes) {
        AnswerMemory.hold(bytes);
        return new byte[bytes];
    }

    byte[] toByteArray() {
        byte[] all = held(size);
        int to = 0;
        for (byte[] each : full) {
            System.arraycopy(each, 0, all, to, each.length);
            to += each.length;
        }
        System.arraycopy(piece, 0, all, to, used);
        return all;
    }
}
