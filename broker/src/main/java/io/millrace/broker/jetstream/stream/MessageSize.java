package io.millrace.broker.jetstream.stream;

/**
 * What a message counts for where {@code max_bytes} and the limits of an account are concerned: as
 * much as in a nats-server's stores, so that the same limits keep the same messages.
 */
public enum MessageSize {
    FILE(32 * 1024 * 1024) {
        @Override
        int of(int subject, int headers, int payload) {
            int head = headers > 0 ? FILE_HEAD + FILE_HEADERS_HEAD + headers : FILE_HEAD;
            return head + subject + payload + FILE_CHECKSUM;
        }
    },
    MEMORY(Integer.MAX_VALUE) {
        @Override
        int of(int subject, int headers, int payload) {
            return subject + headers + payload + MEMORY_HEAD;
        }
    };

    private static final int FILE_HEAD = 22;
    private static final int FILE_HEADERS_HEAD = 4;
    private static final int FILE_CHECKSUM = 8;
    private static final int MEMORY_HEAD = 16;

    private final int max;

    MessageSize(int max) {
        this.max = max;
    }

    /** The largest message that a nats-server's store takes. */
    int max() {
        return max;
    }

    abstract int of(int subject, int headers, int payload);

    int of(Incoming message) {
        return of(message.subject.length(), message.headers.length(), message.payload.length());
    }
}
