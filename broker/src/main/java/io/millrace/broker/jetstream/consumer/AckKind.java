package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.stream.Bytes;

import java.nio.charset.StandardCharsets;

/** What who got a message says of it. */
enum AckKind {
    /** It is done. */
    ACK,
    /** It is done, and the next ones are wanted. */
    NEXT,
    /** It isn't done: again, please. */
    NAK,
    /** It takes longer. */
    PROGRESS,
    /** It can't be done. */
    TERM,
    /** Nothing that anybody understands. */
    OTHER;

    private static final byte[] PLAIN = text("+ACK");
    private static final byte[] OK = text("+OK");
    private static final byte[] NEXT_TEXT = text("+NXT");
    private static final byte[] NAK_TEXT = text("-NAK");
    private static final byte[] PROGRESS_TEXT = text("+WPI");
    private static final byte[] TERM_TEXT = text("+TERM");

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static AckKind of(Bytes said) {
        if (said.isEmpty() || said.is(PLAIN) || said.is(OK)) {
            return ACK;
        }
        if (begins(said, NEXT_TEXT)) {
            return NEXT;
        }
        if (begins(said, NAK_TEXT)) {
            return NAK;
        }
        if (said.is(PROGRESS_TEXT)) {
            return PROGRESS;
        }
        return begins(said, TERM_TEXT) ? TERM : OTHER;
    }

    private static boolean begins(Bytes said, byte[] with) {
        return said.length() >= with.length && said.region().equal(said.offset(), with);
    }

    /** Bytes of the word that it begins with. */
    int wordBytes() {
        return this == TERM ? TERM_TEXT.length : PLAIN.length;
    }
}
