package io.millrace.broker.monitor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Collects bytes, up to a limit. */
final class BoundedBytes extends OutputStream {
    /** There were more. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super("too large");
        }
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    private final int max;

    BoundedBytes(int max) {
        this.max = max;
    }

    @Override
    public void write(int b) throws IOException {
        check(1);
        bytes.write(b);
    }

    @Override
    public void write(byte[] more, int offset, int length) throws IOException {
        check(length);
        bytes.write(more, offset, length);
    }

    private void check(int more) throws IOException {
        if (more > max - bytes.size()) {
            throw new TooLargeException();
        }
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
