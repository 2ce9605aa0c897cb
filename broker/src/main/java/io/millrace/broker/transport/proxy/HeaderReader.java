package io.millrace.broker.transport.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the header of one connection, in whatever pieces it comes, and nothing behind it. Whether
 * there is one shows with the first byte that can't be part of it.
 *
 * <pre>
 *   START -- "PROXY " ---------> LINE --- CR LF ------------------------------> COMPLETE
 *     |  +-- CR LF CR LF 0 CR -> SIGNATURE -> FIXED -> ADDRESS -> REST -------> COMPLETE
 *     +----- anything else ---> ABSENT                (LOCAL, UNSPEC: REST)
 * </pre>
 *
 * <p>It keeps 107 bytes at most: the longest line of version 1 (the specification's section 2.1),
 * more than what counts of version 2. What follows the addresses of version 2, up to 64 KiB, is
 * skipped as it comes.
 */
final class HeaderReader {
    /** What is known of the header. */
    enum Verdict {
        /** More of it has to come. */
        MORE,
        /** There is none: what was kept, and all that follows, is the client's. */
        ABSENT,
        /** It was read. */
        COMPLETE,
        /** It makes no sense. */
        INVALID
    }

    private enum State {
        START,
        LINE,
        SIGNATURE,
        FIXED,
        ADDRESS,
        REST
    }

    private static final int LINE_BYTES = 107;
    private static final byte[] TEXT = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] kept = new byte[LINE_BYTES];
    private int length;
    private State state = State.START;

    /** How many bytes of the present state are still to come; not in {@code LINE}. */
    private int missing;

    private int addressBytes;
    private @Nullable InetSocketAddress source;
    private String problem = "";

    /**
     * Takes what has come, up to the end of the header; to be asked until it isn't {@link
     * Verdict#MORE}.
     */
    Verdict read(ByteBuf in) {
        while (in.isReadable()) {
            Verdict now = state == State.REST ? skip(in) : take(in.readByte());
            if (now != Verdict.MORE) {
                return now;
            }
        }
        return Verdict.MORE;
    }

    private Verdict take(byte next) {
        kept[length++] = next;
        return switch (state) {
            case START -> start();
            case LINE -> line();
            case SIGNATURE -> signature();
            case FIXED -> fixed();
            case ADDRESS -> address();
            case REST -> throw new IllegalStateException("nothing of it is kept");
        };
    }

    private Verdict start() {
        boolean text = begins(TEXT);
        boolean binary = begins(BINARY);
        if (!text && !binary) {
            return Verdict.ABSENT;
        }
        if (length == TEXT.length) {
            state = text ? State.LINE : State.SIGNATURE;
        }
        return Verdict.MORE;
    }

    private boolean begins(byte[] with) {
        return Arrays.equals(kept, 0, length, with, 0, length);
    }

    // --- version 1

    private Verdict line() {
        if (kept[length - 1] == '\n' && kept[length - 2] == '\r') {
            return concluded(
                    () ->
                            HeaderText.source(
                                    new String(
                                            kept,
                                            TEXT.length,
                                            length - TEXT.length - 2,
                                            StandardCharsets.ISO_8859_1)));
        }
        return length < LINE_BYTES
                ? Verdict.MORE
                : invalid(InvalidHeaderException.of("v1 line too long"));
    }

    // --- version 2

    private Verdict signature() {
        if (length < BINARY.length) {
            return Verdict.MORE;
        }
        state = State.FIXED;
        return begins(BINARY)
                ? Verdict.MORE
                : invalid(InvalidHeaderException.of("invalid signature"));
    }

    private Verdict fixed() {
        if (length < HeaderBytes.FIXED_BYTES) {
            return Verdict.MORE;
        }
        try {
            addressBytes = HeaderBytes.addressBytes(kept);
        } catch (InvalidHeaderException e) {
            return invalid(e);
        }
        missing = HeaderBytes.lengthBehindFixed(kept) - addressBytes;
        if (addressBytes > 0) {
            state = State.ADDRESS;
            return Verdict.MORE;
        }
        return rest();
    }

    private Verdict address() {
        return length < HeaderBytes.FIXED_BYTES + addressBytes ? Verdict.MORE : rest();
    }

    private Verdict rest() {
        state = State.REST;
        return missing > 0 ? Verdict.MORE : end();
    }

    private Verdict skip(ByteBuf in) {
        int skipped = Math.min(missing, in.readableBytes());
        in.skipBytes(skipped);
        missing -= skipped;
        return missing > 0 ? Verdict.MORE : end();
    }

    private Verdict end() {
        return concluded(() -> HeaderBytes.source(kept, addressBytes));
    }

    // --- how it ends

    @FunctionalInterface
    private interface Conclusion {
        @Nullable InetSocketAddress source() throws InvalidHeaderException;
    }

    private Verdict concluded(Conclusion conclusion) {
        try {
            source = conclusion.source();
            return Verdict.COMPLETE;
        } catch (InvalidHeaderException e) {
            return invalid(e);
        }
    }

    private Verdict invalid(InvalidHeaderException why) {
        problem = why.getMessage();
        return Verdict.INVALID;
    }

    /** For whom the proxy connects; null for itself, as in checks of its own. */
    @Nullable InetSocketAddress source() {
        return source;
    }

    /** What is wrong with it. */
    String problem() {
        return problem;
    }

    /**
     * What is the client's: where there is no header, what looked like one comes first. In memory
     * of its own, outside the heap; the caller releases it.
     */
    ByteBuf clients(ByteBuf unread, boolean absent) {
        int first = absent ? length : 0;
        int bytes = first + unread.readableBytes();
        return ByteBufAllocator.DEFAULT
                .directBuffer(bytes, bytes)
                .writeBytes(kept, 0, first)
                .writeBytes(unread);
    }
}
