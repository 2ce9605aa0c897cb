package io.millrace.broker.connection;

import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.ProtocolParser;
import io.millrace.protocol.Region;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

/**
 * From bytes to stretches: reads of one connection, parsed and handed to the router.
 *
 * <p>The socket is read straight into the loop's free stretch, behind what an unfinished command
 * left over, so that every command stands in one piece. A message larger than a stretch gets memory
 * of its own as soon as its size is known, and the socket is then read into that. Where bytes come
 * in foreign buffers (NIO, TLS), they are copied once.
 */
final class Inbound {
    /** What the connection has to do with what was read. */
    interface Listener {
        /**
         * A CONNECT or INFO, or what the other side minds came, and everything before it is with
         * the router; says how it goes on.
         *
         * @param op which of them, see {@link io.millrace.protocol.Op}
         */
        Next said(int op, byte[] json);

        /** The first whole command came. */
        void spoke();

        /**
         * Something else came before the client was let in.
         *
         * @return whether it is let in all the same
         */
        boolean speaksUnasked();

        /** The client broke the protocol; everything before it is with the router. */
        void error(ProtocolParser parser);

        /** Others are to have their turn: reading must stop until {@link #resume} was called. */
        void othersTurn();

        /** No stretch is free: reading must stop until {@link #resume} was called. */
        void starved();
    }

    /** What happens after a CONNECT. */
    enum Next {
        /** What follows it is parsed. */
        GO_ON,
        /** What follows it waits until {@link #goOn}. */
        WAIT,
        /** Nothing that follows it counts. */
        END
    }

    /** A command up to this size is carried however small its pieces are. */
    private static final int CARRIED_BYTES = 4 * 1024;

    private static final int MANY_KEEPS = 16;

    /** Bytes of a read while no stretch is free; they wait with the unfinished command. */
    private static final int STARVED_READ_BYTES = 4 * 1024;

    private final IoLoop loop;
    private final Sender sender;
    private final Peer peer;
    private final ProtocolParser parser;
    private final Listener listener;
    private final Carry carry;

    /** The stretch that the socket is being read into. */
    private @Nullable Stretch reading;

    /** A message larger than a stretch, as far as it has come. */
    private @Nullable LargeMessage large;

    /** How often the unfinished command was kept so far. */
    private int keeps;

    /** Whether a whole command has come. */
    private boolean spoken;

    /** Whether the client may say anything but CONNECT. */
    private boolean admitted;

    /** Whether it may say an INFO before it is let in. */
    private boolean mayIntroduce;

    /** Whether what comes is kept until {@link #goOn}. */
    private boolean waiting;

    private boolean ended;

    /**
     * Makes one.
     *
     * @param admitted whether the client may say anything before CONNECT
     */
    Inbound(
            IoLoop loop,
            Sender sender,
            ProtocolParser parser,
            Listener listener,
            boolean admitted) {
        this.loop = loop;
        this.sender = sender;
        peer = sender.peer();
        this.parser = parser;
        this.listener = listener;
        this.admitted = admitted;
        carry = new Carry(loop, peer.debtor());
    }

    /** Other limits hold from here on. */
    void use(ConnectionLimits limits) {
        parser.limits(limits.maxControlLineBytes(), limits.maxPayloadBytes());
    }

    /** The client may say anything from here on. */
    void admit() {
        admitted = true;
    }

    /** Whether it may say an INFO before it is let in, from here on. */
    void expectInfo(boolean expected) {
        mayIntroduce = expected;
    }

    /** Goes on after {@link Next#WAIT}. */
    void goOn() {
        waiting = false;
        resume();
    }

    /** Whether something has come that waits. */
    boolean isKeeping() {
        return carry.length() > 0 || large != null;
    }

    /** Takes no more bytes. */
    void end() {
        ended = true;
    }

    /** The buffer the socket is to be read into; the caller releases it. */
    ByteBuf bufferForRead() {
        if (large != null && !large.isComplete()) {
            return large.memory().retain();
        }
        Stretch stretch = large == null && !waiting ? loop.freeStretch() : null;
        if (stretch == null || carry.length() >= Stretch.BYTES) {
            return ByteBufAllocator.DEFAULT.directBuffer(STARVED_READ_BYTES, STARVED_READ_BYTES);
        }
        carry.copyTo(stretch.bytes);
        stretch.buffer.setIndex(0, carry.length());
        reading = stretch;
        return stretch.buffer.retain();
    }

    /** Takes what was read; releases it. */
    void read(ByteBuf bytes) {
        try {
            if (ended) {
                return;
            }
            Stretch stretch = reading;
            if (large != null && large.isIn(bytes)) {
                completeLarge();
            } else if (stretch != null && bytes == stretch.buffer) {
                carry.clear();
                reading = null;
                parse(stretch, bytes.writerIndex());
            } else {
                copy(bytes);
            }
        } finally {
            bytes.release();
        }
    }

    /** Goes on after {@link Listener#starved}. */
    void resume() {
        if (ended || waiting) {
            return;
        }
        if (large != null) {
            completeLarge();
        } else {
            parseCarry();
        }
    }

    /** Bytes in a buffer that isn't ours. */
    private void copy(ByteBuf bytes) {
        while (bytes.isReadable() && !ended) {
            LargeMessage unfinished = large;
            if (unfinished != null && !unfinished.isComplete()) {
                ByteBuf memory = unfinished.memory();
                bytes.readBytes(memory, Math.min(bytes.readableBytes(), memory.writableBytes()));
                completeLarge();
                continue;
            }
            Stretch stretch = unfinished == null && !waiting ? loop.freeStretch() : null;
            int carried = carry.length();
            if (stretch == null || carried >= Stretch.BYTES) {
                carry.append(bytes);
                if (!waiting) {
                    listener.starved();
                }
                return;
            }
            int piece = Math.min(bytes.readableBytes(), Stretch.BYTES - carried);
            carry.copyTo(stretch.bytes);
            carry.clear();
            stretch.buffer.setIndex(0, carried).writeBytes(bytes, piece);
            parse(stretch, carried + piece);
        }
    }

    private void parseCarry() {
        if (carry.isEmpty()) {
            return;
        }
        Stretch stretch = loop.freeStretch();
        if (stretch == null) {
            listener.starved();
            return;
        }
        int length = carry.length();
        if (length > Stretch.BYTES) {
            copyCarry();
            return;
        }
        carry.copyTo(stretch.bytes);
        carry.clear();
        parse(stretch, length);
    }

    /** More came than a stretch holds while none was free: it goes the way of foreign bytes. */
    private void copyCarry() {
        int length = carry.length();
        ByteBuf bytes = ByteBufAllocator.DEFAULT.directBuffer(length, length);
        Region region = Stretch.regionOf(bytes);
        try {
            carry.copyTo(region);
            bytes.writerIndex(length);
            carry.clear();
            copy(bytes);
        } finally {
            region.forget();
            bytes.release();
        }
    }

    /** Parses what stands in a free stretch, and hands it over. */
    private void parse(Stretch first, int length) {
        Stretch stretch = first;
        int from = 0;
        int to = length;
        while (true) {
            if (!admitted && !isAllowed(stretch.bytes.getByte(from)) && !listener.speaksUnasked()) {
                return;
            }
            stretch.frames.reset(stretch.bytes);
            stretch.frames.limit(peer.fairness().frames());
            ProtocolParser.Status status = parser.parse(stretch.bytes, from, to, stretch.frames);
            int said = 0;
            byte[] json = null;
            if (stops(status)) {
                said = stretch.frames.op(stretch.frames.count() - 1);
                json = takeJson(stretch);
            }
            if (stretch.frames.count() > 0 && !loop.handOver(stretch, sender)) {
                parser.restart();
                carry.append(stretch.bytes, from, to - from);
                listener.starved();
                return;
            }
            if (!spoken && (json != null || stretch.frames.count() > 0)) {
                spoken = true;
                listener.spoke();
            }
            int rest = parser.consumed();
            if (rest > from) {
                keeps = 0;
            }
            switch (status) {
                case NEED_MORE -> {
                    keep(stretch.bytes, rest, to - rest);
                    return;
                }
                case ERROR -> {
                    listener.error(parser);
                    return;
                }
                case CONNECT, INFO, ERR -> {
                    assert json != null;
                    Next next = listener.said(said, json);
                    if (next == Next.WAIT) {
                        waiting = true;
                        carry.append(stretch.bytes, rest, to - rest);
                    }
                    if (next != Next.GO_ON) {
                        return;
                    }
                }
                case FULL -> {}
            }
            if (rest == to) {
                return;
            }
            if (peer.fairness().takesTurns()) {
                carry.append(stretch.bytes, rest, to - rest);
                listener.othersTurn();
                return;
            }
            Stretch free = loop.freeStretch();
            if (free == null) {
                carry.append(stretch.bytes, rest, to - rest);
                listener.starved();
                return;
            }
            if (free == stretch) {
                from = rest;
            } else {
                stretch.bytes.copy(rest, free.bytes, 0, to - rest);
                to -= rest;
                from = 0;
                stretch = free;
            }
        }
    }

    /** Whether the command that begins here can be a CONNECT; nothing else begins so. */
    private boolean isAllowed(byte first) {
        int letter = first | 0x20;
        return letter == 'c' || letter == 'i' && mayIntroduce;
    }

    /** Whether what came last has to be looked at before what follows it is parsed. */
    private static boolean stops(ProtocolParser.Status status) {
        return switch (status) {
            case CONNECT, INFO, ERR -> true;
            case NEED_MORE, FULL, ERROR -> false;
        };
    }

    private static byte[] takeJson(Stretch stretch) {
        byte[] json = stretch.frames.frame(stretch.frames.count() - 1).tail();
        stretch.frames.dropLast();
        return json;
    }

    /**
     * Keeps an unfinished command: carried to the next read, or read into memory of its own where
     * it is larger than a stretch, or comes in so small pieces that carrying would cost more. Of a
     * line that fills a stretch it isn't known yet how long it is.
     */
    private void keep(Region bytes, int offset, int length) {
        int needed = parser.needed();
        keeps++;
        if (needed == 0 && length >= Stretch.BYTES) {
            large = LargeMessage.ofLine(loop, peer.debtor(), bytes, offset, length);
            return;
        }
        if (needed <= CARRIED_BYTES || keeps < MANY_KEEPS && needed <= Stretch.BYTES) {
            carry.append(bytes, offset, length);
            return;
        }
        large = new LargeMessage(loop, peer.debtor(), needed, bytes, offset, length);
    }

    /**
     * Hands a large message over, if it is complete and a stretch is free. Behind a long line there
     * may stand what follows it.
     */
    private void completeLarge() {
        LargeMessage message = large;
        if (message == null || !message.isComplete() && !message.isLine()) {
            return;
        }
        Stretch stretch = loop.freeStretch();
        if (stretch == null) {
            listener.starved();
            return;
        }
        ByteBuf memory = message.memory();
        Region bytes = message.region();
        int length = memory.writerIndex();
        stretch.frames.reset(bytes);
        stretch.frames.limit(1);
        ProtocolParser.Status status = parser.parse(bytes, 0, length, stretch.frames);
        if (status == ProtocolParser.Status.ERROR) {
            release();
            listener.error(parser);
        } else if (stops(status)) {
            completeSaid(message, stretch, bytes, length);
        } else if (stretch.frames.count() > 0) {
            completeFrame(message, stretch, bytes, length);
        } else if (parser.consumed() > 0) {
            parser.restart();
            keepRest(message, bytes, length);
            large = null;
            message.release();
            parseCarry();
        } else {
            message.needs(parser.needed());
        }
    }

    private void completeSaid(LargeMessage message, Stretch stretch, Region bytes, int length) {
        int said = stretch.frames.op(stretch.frames.count() - 1);
        byte[] json = takeJson(stretch);
        keepRest(message, bytes, length);
        large = null;
        message.release();
        completed();
        Next next = listener.said(said, json);
        if (next == Next.WAIT) {
            waiting = true;
        } else if (next == Next.GO_ON) {
            parseCarry();
        }
    }

    private void completeFrame(LargeMessage message, Stretch stretch, Region bytes, int length) {
        keepRest(message, bytes, length);
        stretch.ownPayload(message);
        if (!loop.handOver(stretch, sender)) {
            stretch.disownPayload();
            if (message.isLine()) {
                carry.clear();
            }
            parser.restart();
            listener.starved();
            return;
        }
        large = null;
        completed();
        parseCarry();
    }

    /** What stands behind a long line is looked at when the line is with the router. */
    private void keepRest(LargeMessage message, Region bytes, int length) {
        if (message.isLine()) {
            int rest = parser.consumed();
            carry.append(bytes, rest, length - rest);
        }
    }

    private void completed() {
        keeps = 0;
        if (!spoken) {
            spoken = true;
            listener.spoke();
        }
    }

    /** Frees what is kept; the connection is gone. */
    void release() {
        ended = true;
        carry.release();
        LargeMessage message = large;
        large = null;
        if (message != null) {
            message.release();
        }
    }
}
