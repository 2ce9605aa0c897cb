package io.millrace.broker.connection;

import io.millrace.broker.compression.CompressionChoice;
import io.millrace.broker.compression.CorruptStreamException;
import io.millrace.broker.config.compression.CompressionOptions;
import io.millrace.broker.config.compression.CompressionOptions.Mode;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.ledger.Debt;
import io.millrace.protocol.ProtocolError;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * How the connection to another server is compressed: what the two agree upon, and from when on
 * either direction is. Belongs to the connection's I/O loop.
 */
final class LinkCompression implements Prelude, CompressedReads.Reader {
    /** The first byte of {@code -ERR}, which no compressed stream begins with. */
    private static final byte ERROR_BEGINS = '-';

    /** The same of a frame that it may come in. */
    private static final byte FRAME_BEGINS = (byte) (FrameReader.FINAL_BIT | FrameReader.BINARY);

    private final Link link;
    private final boolean solicited;
    private final Supplier<CompressionOptions> currentOptions;
    private final CompressedWrites writes;
    private final long openedNs = System.nanoTime();

    /** What is read from is decompressed; null while it isn't. */
    private @Nullable CompressedReads reads;

    /** Whether anything was read since that is so. */
    private boolean heard;

    /** What both servers have agreed upon, or a reload has brought since; null before. */
    private volatile @Nullable Mode chosen;

    /**
     * Makes one for a connection that isn't compressed yet.
     *
     * @param solicited whether this server has dialed
     * @param currentOptions what this server wishes when it asks
     */
    LinkCompression(Link link, boolean solicited, Supplier<CompressionOptions> currentOptions) {
        this.link = link;
        this.solicited = solicited;
        this.currentOptions = currentOptions;
        writes = new CompressedWrites(link.loop());
    }

    /** What compresses what is written. */
    ChannelHandler writes() {
        return writes;
    }

    // --- what the servers say to each other

    /** The other server has said what it wishes, as INFO has it. */
    void choose(String wished) {
        chosen = CompressionChoice.of(currentOptions.get().mode(), wished);
    }

    /** What both have agreed upon; null before. */
    @Nullable Mode chosen() {
        return chosen;
    }

    /**
     * An INFO came: begins to compress where it says so.
     *
     * @param first whether it is the first one
     * @param agreed what both have agreed upon
     * @return whether another will follow it, compressed, before the connection is up
     */
    boolean begin(boolean first, @Nullable Mode agreed) {
        if (agreed == null || !CompressionChoice.isOn(agreed)) {
            return false;
        }
        if (first) {
            beginReads();
        }
        if (first != solicited && !writes.isOn()) {
            compress(agreed, System.nanoTime() - openedNs);
        }
        return first;
    }

    @Override
    public void trust() {
        if (reads != null) {
            reads.trust();
        }
    }

    // --- writing

    private void compress(Mode mode, long roundTripNs) {
        writes.use(CompressionChoice.level(mode, currentOptions.get(), roundTripNs));
    }

    /** The round trip time is known better. Routing thread. */
    void adapt(long roundTripNs) {
        if (chosen == Mode.S2_AUTO && writes.isOn()) {
            compress(Mode.S2_AUTO, roundTripNs);
        }
    }

    /**
     * Other options hold from here on. Routing thread.
     *
     * @param mode how this server compresses by them
     */
    void reconfigure(Mode mode, long roundTripNs) {
        if (writes.isOn()) {
            chosen = mode;
            compress(mode, roundTripNs);
        }
    }

    // --- reading

    private void beginReads() {
        CompressedReads begun = new CompressedReads(this, link.loop().decompression());
        if (solicited) {
            begun.trust();
        }
        reads = begun;
        link.decompressThrough(this);
    }

    @Override
    public void read(ByteBuf bytes) {
        if (!heard) {
            heard = true;
            byte plain = link.isFramed() ? FRAME_BEGINS : ERROR_BEGINS;
            if (bytes.getByte(bytes.readerIndex()) == plain) {
                // It has turned us away before it began to compress.
                reads = null;
                link.decompressNoMore();
            }
        }
        CompressedReads decompressing = reads;
        if (decompressing == null) {
            link.decompressed(bytes);
            return;
        }
        try {
            decompressing.read(bytes);
        } catch (CorruptStreamException e) {
            damaged(e);
        }
    }

    @Override
    public void resumed() {
        CompressedReads decompressing = reads;
        if (decompressing != null) {
            try {
                decompressing.goOn();
            } catch (CorruptStreamException e) {
                damaged(e);
            }
        }
    }

    private void damaged(CorruptStreamException fault) {
        link.refuse(ProtocolError.MALFORMED, CloseReason.READ_ERROR, "s2: " + fault.getMessage());
    }

    @Override
    public void accept(ByteBuf piece) {
        link.decompressed(piece);
    }

    @Override
    public boolean waits() {
        return link.isStarved() || link.pauses().has(Pauses.PROVING);
    }

    @Override
    public void starved() {
        link.starved();
    }

    @Override
    public void othersTurn() {
        link.othersTurn();
    }

    @Override
    public void holds(int bytes) {
        link.loop().charge(link.outbound().debtor(), Debt.DECOMPRESSION, bytes);
    }

    @Override
    public void release() {
        if (reads != null) {
            reads.release();
        }
    }
}
