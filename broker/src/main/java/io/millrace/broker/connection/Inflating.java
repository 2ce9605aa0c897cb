package io.millrace.broker.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the messages of one WebSocket, each for itself, a piece at a time: what little the other
 * side sends may come to very much. Belongs to the connection's I/O loop, whose inflaters it takes
 * one of for as long as a message lasts.
 */
final class Inflating {
    /** What a message says that is more than it may. */
    static final class TooLargeException extends Exception {
        private static final long serialVersionUID = 1L;

        TooLargeException() {
            super("a compressed message is too large", null, false, false);
        }
    }

    /** What is passed on at once. */
    static final int PIECE_BYTES = 32 * 1024;

    /** What whoever compresses leaves out at the end of each message. */
    private static final byte[] LEFT_OUT = {0, 0, (byte) 0xff, (byte) 0xff};

    private final Inflaters inflaters;
    private @Nullable Inflater inflater;

    /** What has yet to be inflated. */
    private @Nullable ByteBuf input;

    /** Whether the message ends with it. */
    private boolean last;

    private boolean tail;
    private long maxBytes;
    private long bytes;

    /**
     * Makes one.
     *
     * @param maxBytes what a message may come to
     */
    Inflating(Inflaters inflaters, long maxBytes) {
        this.inflaters = inflaters;
        this.maxBytes = maxBytes;
    }

    /** Messages may come to so much from here on. */
    void limit(long newMaxBytes) {
        maxBytes = newMaxBytes;
    }

    /** Whether it holds an inflater. */
    boolean isInMessage() {
        return inflater != null;
    }

    /** Whether there is something to be inflated, or may be. */
    boolean isPending() {
        return input != null;
    }

    /**
     * Takes a piece of a message, to be inflated by {@link #next}; releases it when it is.
     *
     * @param ends whether the message ends with it
     */
    void take(ByteBuf piece, boolean ends) {
        assert input == null : "the last piece isn't inflated";
        Inflater used = inflater;
        if (used == null) {
            used = inflaters.take();
            inflater = used;
            bytes = 0;
        }
        input = piece;
        last = ends;
        tail = false;
        used.setInput(piece.nioBuffer());
    }

    /**
     * Inflates on.
     *
     * @return the caller's, to be released; null if the piece that was taken is inflated
     * @throws DataFormatException if it isn't what was compressed by anybody
     * @throws TooLargeException if the message comes to more than it may
     */
    @Nullable ByteBuf next() throws DataFormatException, TooLargeException {
        Inflater used = inflater;
        if (used == null || input == null) {
            return null;
        }
        ByteBuf output = ByteBufAllocator.DEFAULT.directBuffer(PIECE_BYTES, PIECE_BYTES);
        try {
            inflate(used, output);
        } catch (DataFormatException | TooLargeException | RuntimeException e) {
            output.release();
            throw e;
        }
        if (output.isReadable()) {
            return output;
        }
        output.release();
        return null;
    }

    private void inflate(Inflater used, ByteBuf output)
            throws DataFormatException, TooLargeException {
        ByteBuffer room = output.nioBuffer(0, PIECE_BYTES);
        while (room.hasRemaining()) {
            if (used.inflate(room) > 0) {
                continue;
            }
            if (used.needsDictionary()) {
                throw new DataFormatException("a dictionary is needed");
            }
            if (!last || tail || used.finished()) {
                endPiece(used);
                break;
            }
            tail = true;
            used.setInput(LEFT_OUT);
        }
        bytes += room.position();
        if (bytes > maxBytes) {
            throw new TooLargeException();
        }
        output.writerIndex(room.position());
    }

    private void endPiece(Inflater used) {
        ByteBuf done = input;
        input = null;
        if (done != null) {
            done.release();
        }
        if (last) {
            inflater = null;
            inflaters.giveBack(used);
        }
    }

    /** Nothing more is to be inflated. */
    void release() {
        Inflater used = inflater;
        if (used != null) {
            last = true;
            endPiece(used);
        }
    }
}
