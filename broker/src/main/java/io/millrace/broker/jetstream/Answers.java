package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Debtor;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.util.ArrayDeque;

/**
 * What is to be said once the log has come so far: a queue of messages, each with the position in
 * the log that it waits for. Positions don't decrease. Shard thread.
 *
 * <pre>
 *   0  position        long  it waits until the log has this
 *   8  tenant          int   number of the account
 *  12  subject length  int
 *  16  header length   int
 *  20  payload length  int   without headers
 *  24  reply length    int   mostly 0
 *  28  subject, reply, headers, payload, one behind the other; the next one is aligned to 8
 * </pre>
 */
final class Answers implements AutoCloseable {
    private static final int TENANT = 8;
    private static final int SUBJECT_LENGTH = 12;
    private static final int HEADER_LENGTH = 16;
    private static final int PAYLOAD_LENGTH = 20;
    private static final int REPLY_LENGTH = 24;
    private static final int HEAD_BYTES = 28;
    private static final int BLOCK_BYTES = 256 * 1024;

    /** Where an answer goes. */
    interface Sink {
        /** Says it; false if there is no room now. */
        boolean publish(int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload);
    }

    private final Debtor debtor;
    private final Sink sink;
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();
    private final Bytes subject = new Bytes();
    private final Bytes reply = new Bytes();
    private final Bytes headers = new Bytes();
    private final Bytes payload = new Bytes();
    private long bytes;
    private long last;

    Answers(Debtor debtor, Sink sink) {
        this.debtor = debtor;
        this.sink = sink;
    }

    /** Memory with answers from {@link #read} to {@link #written}. */
    private static final class Block {
        final NativeBlock memory;
        final Region region;
        int read;
        int written;

        Block(int bytes) {
            memory = NativeBlock.allocate(bytes);
            region = memory.region();
        }
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** What waits. */
    long bytes() {
        return bytes;
    }

    /**
     * Says something as soon as the log has come so far; nothing is said at once.
     *
     * @param position if it is below that of one before, it waits for that one's
     */
    void add(
            long position,
            int tenant,
            Bytes to,
            Bytes itsReply,
            Bytes itsHeaders,
            Bytes itsPayload) {
        int length =
                HEAD_BYTES
                        + to.length()
                        + itsReply.length()
                        + itsHeaders.length()
                        + itsPayload.length();
        int padded = length + Long.BYTES - 1 & -Long.BYTES;
        Block block = blockFor(padded);
        Region at = block.region;
        int head = block.written;
        last = Math.max(last, position);
        at.putLong(head, last);
        at.putInt(head + TENANT, tenant);
        at.putInt(head + SUBJECT_LENGTH, to.length());
        at.putInt(head + HEADER_LENGTH, itsHeaders.length());
        at.putInt(head + PAYLOAD_LENGTH, itsPayload.length());
        at.putInt(head + REPLY_LENGTH, itsReply.length());
        int part = put(to, at, head + HEAD_BYTES);
        part = put(itsReply, at, part);
        part = put(itsHeaders, at, part);
        put(itsPayload, at, part);
        block.written += padded;
        bytes += padded;
    }

    private static int put(Bytes from, Region to, int at) {
        from.region().copy(from.offset(), to, at, from.length());
        return at + from.length();
    }

    private Block blockFor(int length) {
        Block last = blocks.peekLast();
        if (last != null && last.read == last.written) {
            last.read = 0;
            last.written = 0;
        }
        if (last == null || last.region.length() - last.written < length) {
            last = new Block(Math.max(BLOCK_BYTES, length));
            debtor.charge(Debt.STORE, last.region.length());
            blocks.add(last);
        }
        return last;
    }

    /**
     * Says what waited for no more than this.
     *
     * @return false if something more could be said if there were room
     */
    boolean release(long position) {
        while (bytes > 0) {
            Block block = blocks.getFirst();
            if (block.read == block.written) {
                drop(blocks.removeFirst());
                continue;
            }
            Region at = block.region;
            int head = block.read;
            if (at.getLong(head) > position) {
                return true;
            }
            int to = at.getInt(head + SUBJECT_LENGTH);
            int itsHeaders = at.getInt(head + HEADER_LENGTH);
            int itsPayload = at.getInt(head + PAYLOAD_LENGTH);
            int itsReply = at.getInt(head + REPLY_LENGTH);
            int part = head + HEAD_BYTES;
            subject.at(at, part, to);
            part += to;
            reply.at(at, part, itsReply);
            part += itsReply;
            headers.at(at, part, itsHeaders);
            part += itsHeaders;
            payload.at(at, part, itsPayload);
            if (!sink.publish(at.getInt(head + TENANT), subject, reply, headers, payload)) {
                return false;
            }
            int padded = part + itsPayload - head + Long.BYTES - 1 & -Long.BYTES;
            block.read += padded;
            bytes -= padded;
        }
        return true;
    }

    private void drop(Block block) {
        debtor.credit(Debt.STORE, block.region.length());
        block.memory.close();
    }

    @Override
    public void close() {
        blocks.forEach(this::drop);
        blocks.clear();
        bytes = 0;
    }
}
