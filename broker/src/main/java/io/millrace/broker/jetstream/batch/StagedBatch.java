package io.millrace.broker.jetstream.batch;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The messages of an atomic batch, until it is complete and somebody has stored or refused it.
 * Shard thread.
 *
 * <p>A message stands in one block:
 *
 * <pre>
 *   0  subject length  int
 *   4  header length   int
 *   8  payload length  int
 *  12  subject, headers, payload; padded, so that the next one begins at a multiple of 8
 * </pre>
 */
public final class StagedBatch implements AutoCloseable {
    private static final int HEADER_LENGTH = 4;
    private static final int PAYLOAD_LENGTH = 8;
    private static final int SUBJECT = 12;

    private static final long NO_PLACE = -1;
    private static final int FIRST_BLOCK_BYTES = 1 << 12;
    private static final int LARGE_BLOCK_BYTES = 1 << 18;

    private final Debtor debtor;
    private final OpenBatches open;
    private final BatchId id;
    private final List<NativeBlock> blocks = new ArrayList<>();
    // Block in the upper half, offset in the lower one.
    private long[] places = new long[8];
    private int count;
    private Region last = Region.NONE;
    private int used;
    private long bytes;
    private boolean closed;
    private boolean endMarked;

    /** Of the last message for it. */
    long activityNs;

    StagedBatch(Debtor debtor, OpenBatches open, BatchId id) {
        this.debtor = debtor;
        this.open = open;
        this.id = id;
    }

    /** The batch's id. */
    public String id() {
        return id.text();
    }

    BatchId key() {
        return id;
    }

    /** What it takes up; 0 when it is closed. */
    long bytes() {
        return bytes;
    }

    /** How many messages are to be stored. */
    public int count() {
        return count;
    }

    /** Whether a message that isn't stored ended it, so that its last one has to say so instead. */
    public boolean isEndMarked() {
        return endMarked;
    }

    void markEnd() {
        endMarked = true;
    }

    /**
     * Keeps a copy of a message.
     *
     * @return false if the server has no memory for it
     */
    boolean add(BatchMessage message) {
        long place = put(message);
        if (place == NO_PLACE) {
            return false;
        }
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count] = place;
        count++;
        return true;
    }

    /**
     * Keeps a copy of another message in the place of one.
     *
     * @param message may have parts of the one that it replaces
     * @return false if the server has no memory for it
     */
    public boolean replace(int index, BatchMessage message) {
        long place = put(message);
        if (place != NO_PLACE) {
            places[index] = place;
        }
        return place != NO_PLACE;
    }

    private long put(BatchMessage message) {
        long needed = SUBJECT + message.bytes() + 7 & -8;
        if (needed > Integer.MAX_VALUE || used + needed > last.length() && !addBlock(needed)) {
            return NO_PLACE;
        }
        int at = used;
        last.putInt(at, message.subject().length());
        last.putInt(at + HEADER_LENGTH, message.headers().length());
        last.putInt(at + PAYLOAD_LENGTH, message.payload().length());
        int headers = at + SUBJECT + message.subject().length();
        message.subject().copy(last, at + SUBJECT);
        message.headers().copy(last, headers);
        message.payload().copy(last, headers + message.headers().length());
        used += (int) needed;
        return blocks.size() - 1L << Integer.SIZE | at;
    }

    private boolean addBlock(long needed) {
        long step = Math.clamp(bytes, FIRST_BLOCK_BYTES, LARGE_BLOCK_BYTES);
        int size = (int) Math.max(step, needed);
        if (!debtor.ledger().hasRoomToStay(Debt.Store.NATIVE, size)) {
            return false;
        }
        NativeBlock block = NativeBlock.allocate(size);
        debtor.charge(Debt.STORE, size);
        blocks.add(block);
        last = block.region();
        used = 0;
        bytes += size;
        return true;
    }

    /**
     * Says where a message stands, until the batch is closed.
     *
     * @param index from 0, in the order in which they came
     */
    public void read(int index, BatchMessage into) {
        if (index >= count) {
            throw new IndexOutOfBoundsException(index);
        }
        Region region = blocks.get((int) (places[index] >> Integer.SIZE)).region();
        int at = (int) places[index];
        int headers = at + SUBJECT + region.getInt(at);
        int headerLength = region.getInt(at + HEADER_LENGTH);
        into.subject().set(region, at + SUBJECT, region.getInt(at));
        into.headers().set(region, headers, headerLength);
        into.payload().set(region, headers + headerLength, region.getInt(at + PAYLOAD_LENGTH));
    }

    /** The batch isn't under way any more: gives its memory back. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        open.close();
        for (NativeBlock block : blocks) {
            block.close();
        }
        blocks.clear();
        count = 0;
        debtor.credit(Debt.STORE, bytes);
        bytes = 0;
    }
}
