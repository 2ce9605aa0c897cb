package io.millrace.broker.connection;

import io.millrace.broker.auth.Authentication;
import io.millrace.broker.auth.Claimant;
import io.millrace.broker.auth.Verdict;
import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.SocketWriter;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.ProtocolParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * What every kind of connection is made of: reading, keep-alive, the outbound queue, and the end of
 * it all. What is said on it is the kinds' own.
 *
 * <p>Belongs to its I/O loop. The router calls it as a {@link FarEnd}, from its own thread.
 */
abstract class LinkConnection extends ForwardingHandler implements FarEnd, Inbound.Listener {
    // Why reading is switched off.
    private static final int STARVED = 1;
    static final int STALLED = 2;
    private static final int CLOSING = 4;
    private static final int PROVING = 8;
    static final int OPENING = 16;

    final IoLoop loop;
    final ServerLog log;
    final OutboundQueue outbound;
    ConnectionLimits limits;
    final Channel channel;
    final Origin origin;
    private final SocketWriter writer;
    private final WriteDeadline writeDeadline;
    private int pauses;
    private CloseReason reason = CloseReason.CLIENT_CLOSED;

    /** The other side has closed it, or this one is about to. */
    boolean closing;

    /** The channel is closed; what was read from it may still wait for a stretch. */
    volatile boolean gone;

    /** Whatever still comes doesn't count. */
    private volatile boolean deaf;

    LinkConnection(
            Channel channel,
            IoLoop loop,
            ChunkPool chunks,
            ConnectionLimits limits,
            ServerLog log) {
        this.channel = channel;
        this.origin = Origin.of(channel.remoteAddress());
        this.loop = loop;
        this.limits = limits;
        this.log = log;
        outbound = new OutboundQueue(chunks);
        writer = new SocketWriter(channel, outbound, new Progress(), loop.latency());
        writeDeadline = new WriteDeadline(loop, this, limits.writeDeadlineNs());
    }

    // --- what kinds have of their own

    /** What the router knows it as. */
    abstract Peer peer();

    abstract Inbound inbound();

    abstract KeepAlive keepAlive();

    /** Takes what was read; releases it. */
    void read(ByteBuf bytes) {
        inbound().read(bytes);
    }

    /** What was waiting for a stretch has got one. */
    void resumed() {}

    /** Something was read and handed over. */
    void afterRead() {}

    /** The connection is gone: tells whoever must know. */
    abstract void ended(CloseReason why);

    // --- the channel

    /** The allocator that makes the channel read straight into a stretch. */
    public final ByteBufAllocator allocator() {
        return new InboundAllocator(inbound());
    }

    /**
     * Something is kept for it beside what it knows of itself, or given back. On its loop.
     *
     * @param bytes negative if it is given back
     */
    public final void charge(Debt kind, long bytes) {
        loop.charge(outbound.debtor(), kind, bytes);
    }

    final SocketWriter writer() {
        return writer;
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        long nowNs = System.nanoTime();
        keepAlive().heard(nowNs);
        loop.onRead(nowNs);
        read((ByteBuf) message);
        afterRead();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext context) {
        closing = true;
        gone = true;
        keepAlive().stop();
        writeDeadline.stop();
        endIfDrained();
    }

    /** Ends it when nothing is left of the connection, nor of what was read from it. */
    private void endIfDrained() {
        if (!gone || isStarved()) {
            return;
        }
        inbound().release();
        ended(reason);
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause);
    }

    private void failed(Throwable cause) {
        if (!closing) {
            reason = cause instanceof IOException ? CloseReason.READ_ERROR : reason;
            if (!(cause instanceof IOException)) {
                log.error("Connection failed: " + cause);
            }
        }
        closing = true;
        abort();
    }

    // --- reading

    @Override
    public final void error(ProtocolParser broken) {
        ProtocolError error = broken.error();
        CloseReason why =
                switch (error) {
                    case MAXIMUM_PAYLOAD -> CloseReason.MAX_PAYLOAD_EXCEEDED;
                    case MAXIMUM_CONTROL_LINE -> CloseReason.MAX_CONTROL_LINE_EXCEEDED;
                    case ROUTE_ERROR -> CloseReason.PARSE_ERROR;
                    default -> CloseReason.PROTOCOL_VIOLATION;
                };
        refuse(error, why, broken.errorDetail());
    }

    /**
     * Tells the other side that it can't stay, and hears no more of it.
     *
     * @param detail for the log; empty for nothing
     */
    final Inbound.Next refuse(ProtocolError error, CloseReason why, String detail) {
        hearNoMore();
        loop.command(router -> router.onError(peer(), error, why, detail));
        return Inbound.Next.END;
    }

    /** Whatever still comes doesn't count. */
    final void hearNoMore() {
        deaf = true;
        inbound().end();
        pause(CLOSING);
    }

    /**
     * Finds out whether the other side is who it says, at once or after a while in which nothing is
     * read.
     *
     * @param admit says how it goes on if it is
     * @param turnAway says so if it isn't
     */
    final Inbound.Next prove(
            Authentication authentication,
            Verdict.Unproved unproved,
            Supplier<Inbound.Next> admit,
            Supplier<Inbound.Next> turnAway) {
        Claimant who = origin.claimant(unproved.identity().name());
        return switch (authentication.prove(who, unproved.proof(), new Proving(admit, turnAway))) {
            case HOLDS -> admit.get();
            case FAILS -> turnAway.get();
            case LATER -> {
                pause(PROVING);
                keepAlive().proving(System.nanoTime());
                yield Inbound.Next.WAIT;
            }
        };
    }

    private final class Proving implements Authentication.Outcome {
        private final Supplier<Inbound.Next> admit;
        private final Supplier<Inbound.Next> turnAway;

        Proving(Supplier<Inbound.Next> admit, Supplier<Inbound.Next> turnAway) {
            this.admit = admit;
            this.turnAway = turnAway;
        }

        @Override
        public boolean isAwaited() {
            return !gone && !deaf;
        }

        @Override
        public void accept(boolean holds) {
            loop.eventLoop().execute(() -> proved(holds));
        }

        private void proved(boolean holds) {
            if (closing || deaf) {
                return;
            }
            if (!holds) {
                turnAway.get();
            } else if (admit.get() == Inbound.Next.GO_ON) {
                goOn(PROVING);
                inbound().goOn();
            }
        }
    }

    @Override
    public final void spoke() {
        keepAlive().spoke();
    }

    @Override
    public final void starved() {
        if (!isStarved()) {
            pause(STARVED);
            loop.waitForStretch(this);
        }
    }

    @Override
    public final void othersTurn() {
        if (!isStarved()) {
            pause(STARVED);
            loop.afterOthers(this::resume);
        }
    }

    /** A stretch is free again. */
    final void resume() {
        goOn(STARVED);
        try {
            inbound().resume();
            resumed();
        } catch (RuntimeException | Error e) {
            // What was to be parsed is lost, and those who wait behind this one are not to blame.
            failed(e);
        }
        endIfDrained();
    }

    final boolean isStarved() {
        return (pauses & STARVED) != 0;
    }

    final void pause(int why) {
        pauses |= why;
        autoRead(false);
        keepAlive().listening(false, System.nanoTime());
    }

    final void goOn(int why) {
        pauses &= ~why;
        if (pauses == 0) {
            autoRead(true);
            keepAlive().listening(true, System.nanoTime());
        }
    }

    /**
     * Reads from here on, or doesn't; nothing if the socket is closed. Its number may be another's
     * already, whose interest Netty would change until it knows that this one is gone.
     */
    private void autoRead(boolean on) {
        if (channel.isOpen()) {
            channel.config().setAutoRead(on);
        }
    }

    // --- writing

    private final class Progress implements SocketWriter.Watcher {
        @Override
        public void blocked() {
            writeDeadline.blocked();
        }

        @Override
        public void recovered(long tookNs, int chunkCount, long bytes) {
            loop.command(router -> router.onWriteDeadlineKept(peer(), tookNs, chunkCount, bytes));
        }
    }

    /** The write deadline has passed; whether it gets as much time again. */
    final boolean goesOnBehindDeadline() {
        if (closing) {
            abort();
            return false;
        }
        boolean goesOn = limits.retryWrites() && writer.hasProgressed();
        String deadline = limits.writeDeadlineText();
        int chunks = writer.blockedChunks();
        loop.command(router -> router.onWriteDeadline(peer(), deadline, chunks, goesOn));
        return goesOn;
    }

    // --- what the router asks (on its thread)

    @Override
    public final void flush() {
        loop.flusher().flush(writer);
    }

    @Override
    public final void close(CloseReason why) {
        loop.execute(() -> closeOnLoop(why));
    }

    private void closeOnLoop(CloseReason why) {
        if (closing) {
            return;
        }
        closing = true;
        hearNoMore();
        if (why == CloseReason.SLOW_CONSUMER_PENDING_BYTES
                || why == CloseReason.SLOW_CONSUMER_WRITE_DEADLINE) {
            abort();
        } else {
            writer.closeWhenSent();
            if (writer.isBlocked()) {
                writeDeadline.blocked();
            }
        }
    }

    /** Closes without the farewell of TLS, which a client that doesn't read wouldn't take. */
    private void abort() {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    /** Other limits hold from here on. */
    void use(ConnectionLimits newLimits) {
        limits = newLimits;
        inbound().use(newLimits);
        writeDeadline.use(newLimits.writeDeadlineNs());
        if (!gone) {
            keepAlive().use(newLimits);
        }
    }
}
