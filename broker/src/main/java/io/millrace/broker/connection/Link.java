package io.millrace.broker.connection;

import io.millrace.broker.delivery.ChunkPool;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.delivery.OutboundQueue;
import io.millrace.broker.delivery.SocketWriter;
import io.millrace.broker.log.Redaction;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.FarEnd;
import io.millrace.broker.routing.peer.Peer;
import io.millrace.broker.routing.peer.PendingBound;
import io.millrace.broker.routing.peer.Sender;
import io.millrace.protocol.ProtocolError;
import io.millrace.protocol.ProtocolParser;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What every connection has, of whichever kind: its channel, reading, keep-alive, the outbound
 * queue, deadlines, and the end of it all. What is said on it is its {@link LinkKind}'s.
 *
 * <p>Belongs to its I/O loop. The router calls it as a {@link FarEnd}, from its own thread.
 */
public final class Link extends ForwardingHandler implements FarEnd, Inbound.Listener {
    private final Channel channel;
    private final IoLoop loop;
    private final ServerLog log;
    private final OutboundQueue outbound;
    private final SocketWriter writer;
    private final WriteDeadline writeDeadline;
    private Origin origin;
    private ConnectionLimits limits;

    // What it gets when it begins, before the channel knows of it.
    private LinkKind kind;
    private Peer peer;
    private Inbound inbound;
    private Preludes preludes;
    private KeepAlive keepAlive;
    private Pauses pauses;
    private @Nullable ProducerStall stall;

    private CloseReason reason = CloseReason.CLIENT_CLOSED;

    /** The other side has closed it, or this one is about to. */
    private boolean closing;

    /** The channel is closed; what was read from it may still wait for a stretch. */
    private volatile boolean gone;

    /** Whatever still comes doesn't count. */
    private volatile boolean deaf;

    /** Makes one that is yet to {@link #begin}. */
    Link(
            Channel channel,
            Origin origin,
            IoLoop loop,
            ChunkPool chunks,
            ConnectionLimits limits,
            ServerLog log) {
        this.channel = channel;
        this.origin = origin;
        this.loop = loop;
        this.limits = limits;
        this.log = log;
        outbound = new OutboundQueue(chunks);
        writer = new SocketWriter(channel, outbound, new Progress(), loop.latency());
        writeDeadline = new WriteDeadline(loop, this, limits.writeDeadlineNs());
    }

    /**
     * Begins: from here on it may be put into a pipeline.
     *
     * @param sender whose messages are read; made with this as its far end
     */
    void begin(LinkKind itsKind, Sender sender, ProtocolParser parser, Manners manners) {
        kind = itsKind;
        peer = sender.peer();
        inbound = new Inbound(loop, sender, parser, this, manners.speaksFirst());
        preludes = new Preludes(inbound);
        keepAlive =
                new KeepAlive(
                        loop,
                        peer,
                        limits,
                        manners.mustConnect(),
                        manners.pings(),
                        System.nanoTime());
        pauses = new Pauses(channel, keepAlive);
        stall = manners.stalls() ? new ProducerStall(loop, pauses) : null;
    }

    // --- its parts, for the kinds

    IoLoop loop() {
        return loop;
    }

    ServerLog log() {
        return log;
    }

    Origin origin() {
        return origin;
    }

    /** What it came over has only passed it on. */
    void comesFrom(InetSocketAddress other) {
        origin = origin.at(other);
    }

    OutboundQueue outbound() {
        return outbound;
    }

    SocketWriter writer() {
        return writer;
    }

    ConnectionLimits limits() {
        return limits;
    }

    Inbound inbound() {
        return inbound;
    }

    KeepAlive keepAlive() {
        return keepAlive;
    }

    Pauses pauses() {
        return pauses;
    }

    /** Whether it is closed, or about to be. */
    boolean isClosing() {
        return closing;
    }

    /** Whether whatever still comes doesn't count. */
    boolean isDeaf() {
        return deaf;
    }

    /** Whether what the other side says still counts. Any thread. */
    boolean hears() {
        return !gone && !deaf;
    }

    // --- the channel

    /** The allocator that makes the channel read straight into a stretch. */
    public ByteBufAllocator allocator() {
        return new InboundAllocator(inbound);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        kind.opened();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        long nowNs = System.nanoTime();
        keepAlive.heard(nowNs);
        loop.onRead(nowNs);
        preludes.read((ByteBuf) message);
        if (stall != null) {
            stall.onRead();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing = true;
        gone = true;
        keepAlive.stop();
        writeDeadline.stop();
        endIfDrained();
    }

    /** Ends it when nothing is left of the connection, nor of what was read from it. */
    private void endIfDrained() {
        if (!gone || isStarved()) {
            return;
        }
        preludes.release();
        inbound.release();
        kind.ended(reason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
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

    /** What is read is compressed from here on. */
    void decompressThrough(Prelude reads) {
        preludes.compressed(reads);
        channel.config().setAllocator(ByteBufAllocator.DEFAULT);
    }

    /** What is read isn't compressed after all. */
    void decompressNoMore() {
        preludes.compressed(null);
    }

    /** What is read is in the frames of a WebSocket from here on. */
    void unframeThrough(Prelude reads) {
        preludes.beginFrames(reads);
        channel.config().setAllocator(ByteBufAllocator.DEFAULT);
    }

    /** Whether what is read is in the frames of a WebSocket. */
    boolean isFramed() {
        return preludes.hasFrames();
    }

    /** Takes what isn't compressed, or not any more; releases it. */
    void decompressed(ByteBuf bytes) {
        preludes.decompressed(bytes);
    }

    /** The other side is who it says, and may say whatever its limits allow. */
    void admit() {
        inbound.admit();
        preludes.trust();
    }

    /** What follows a CONNECT that took a while to be judged is looked at. */
    void goOn() {
        inbound.goOn();
        preludes.resumed();
    }

    @Override
    public Inbound.Next said(int op, byte[] json) {
        return kind.said(op, json);
    }

    /** The other side presents itself. */
    void traceConnect(byte[] json) {
        if (log.traceEnabled()) {
            String shown = Redaction.connect(new String(json, StandardCharsets.UTF_8));
            loop.command(router -> router.onTrace(peer, "CONNECT " + shown));
        }
    }

    @Override
    public boolean speaksUnasked() {
        return kind.speaksUnasked();
    }

    @Override
    public void error(ProtocolParser broken) {
        ProtocolParser.TooLarge tooLarge = broken.tooLarge();
        if (tooLarge != null) {
            loop.command(router -> router.onTooLarge(peer, tooLarge));
        }
        ProtocolError error = broken.error();
        CloseReason why =
                switch (error) {
                    case MAXIMUM_PAYLOAD -> CloseReason.MAX_PAYLOAD_EXCEEDED;
                    case MAXIMUM_CONTROL_LINE -> CloseReason.MAX_CONTROL_LINE_EXCEEDED;
                    case ROUTE_ERROR -> CloseReason.PARSE_ERROR;
                    default -> CloseReason.PROTOCOL_VIOLATION;
                };
        if (error == ProtocolError.MAXIMUM_PAYLOAD && broken.unread() > 0 && !isFramed()) {
            endWithReset();
        }
        refuse(error, why, broken.errorDetail());
    }

    /**
     * When it is closed, the other side sees a reset behind what was sent. That is how it learns
     * that not all of its message was read: from a server that leaves it to the kernel it would
     * come by itself, but here the payload may have been read along with its line.
     */
    private void endWithReset() {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
    }

    /**
     * Tells the other side that it can't stay, and hears no more of it.
     *
     * @param detail for the log; empty for nothing
     */
    Inbound.Next refuse(ProtocolError error, CloseReason why, String detail) {
        hearNoMore();
        loop.command(router -> router.onError(peer, error, why, detail));
        return Inbound.Next.END;
    }

    /**
     * The other side isn't who it says.
     *
     * @param why for the debug log; without secrets
     * @param detail as {@link #refuse} has it
     */
    Inbound.Next turnAway(String why, String detail) {
        loop.command(router -> router.onRefusal(peer, why));
        return unauthorized(detail);
    }

    /**
     * The other side may not say this, since it hasn't said who it is.
     *
     * @param detail as {@link #refuse} has it
     */
    Inbound.Next unauthorized(String detail) {
        return refuse(
                ProtocolError.AUTHORIZATION_VIOLATION, CloseReason.AUTHENTICATION_FAILURE, detail);
    }

    /**
     * What came can't be read, which ends the connection without an error of the protocol.
     *
     * @param why for the log
     */
    void unreadable(String why) {
        hearNoMore();
        loop.command(router -> router.onUnreadable(peer, why));
    }

    /** The other side has said that it leaves. */
    void leave() {
        hearNoMore();
        loop.command(router -> router.onClose(peer, CloseReason.CLIENT_CLOSED));
    }

    /** Whatever still comes doesn't count. */
    void hearNoMore() {
        deaf = true;
        inbound.end();
        pauses.begin(Pauses.CLOSING);
    }

    @Override
    public void spoke() {
        keepAlive.spoke();
    }

    @Override
    public void starved() {
        if (!isStarved()) {
            pauses.begin(Pauses.STARVED);
            loop.waitForStretch(this);
        }
    }

    @Override
    public void othersTurn() {
        if (!isStarved()) {
            pauses.begin(Pauses.STARVED);
            loop.afterOthers(this::resume);
        }
    }

    /** A stretch is free again. */
    void resume() {
        pauses.end(Pauses.STARVED);
        try {
            inbound.resume();
            preludes.resumed();
        } catch (RuntimeException | Error e) {
            // What was to be parsed is lost, and those who wait behind this one are not to blame.
            failed(e);
        }
        endIfDrained();
    }

    boolean isStarved() {
        return pauses.has(Pauses.STARVED);
    }

    // --- writing

    private final class Progress implements SocketWriter.Watcher {
        @Override
        public void blocked() {
            writeDeadline.blocked();
        }

        @Override
        public void recovered(long tookNs, int chunkCount, long bytes) {
            loop.command(router -> router.onWriteDeadlineKept(peer, tookNs, chunkCount, bytes));
        }
    }

    /** The write deadline has passed; whether it gets as much time again. */
    boolean goesOnBehindDeadline() {
        if (closing) {
            abort();
            return false;
        }
        boolean goesOn = limits.retryWrites() && writer.hasProgressed();
        String deadline = limits.writeDeadlineText();
        int chunks = writer.blockedChunks();
        loop.command(router -> router.onWriteDeadline(peer, deadline, chunks, goesOn));
        return goesOn;
    }

    // --- what the router asks (on its thread)

    @Override
    public void flush() {
        loop.flusher().flush(writer);
    }

    @Override
    public boolean stall(OutboundQueue slow, PendingBound bound) {
        return stall != null && stall.begin(slow, bound);
    }

    @Override
    public void whenGoesOn(Runnable over) {
        if (stall != null) {
            stall.whenOver(over);
        }
    }

    @Override
    public void reconfigure() {
        kind.reconfigure();
    }

    @Override
    public void close(CloseReason why) {
        loop.execute(() -> closeOnLoop(why));
    }

    private void closeOnLoop(CloseReason why) {
        if (closing) {
            return;
        }
        closing = true;
        hearNoMore();
        preludes.closing(why);
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
        inbound.use(newLimits);
        writeDeadline.use(newLimits.writeDeadlineNs());
        if (!gone) {
            keepAlive.use(newLimits);
        }
    }
}
