package io.millrace.broker.delivery;

import io.millrace.protocol.FrameBlock;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * What a service says: written on its thread, read by the routing thread.
 *
 * <pre>
 *   0  length           int   of all that follows, see {@link QueueReader}
 *   4  kind             int   one of the constants here
 *   8  number           int   PUBLISH, DELIVER: of the account, as the service counts them; {@link
 *                             #NAMED} where its name stands here. ACCOUNT: its number from here on.
 *                             WATCH: of the account. UNWATCH: of the watch. Others: the sid
 *  12  name length      int   of the account's name; DELIVER: of the subject that it is routed by
 *  16  subject hash     long  {@link Region#hash} of what it is routed by (PUBLISH, DELIVER)
 *  24  subject length   int
 *  28  reply length     int   0 for none (PUBLISH and DELIVER, as all that follow). WATCH: the
 *                             number of the watch
 *  32  header length    int   0 for none
 *  36  payload length   int   headers included
 *  40  tail length      int
 *  44  subject; of messages a blank, and "[reply] size(s) CRLF payload CRLF"; the account's name,
 *      or the subject that it is routed by
 * </pre>
 *
 * <p>A message stands there as in a PUB or HPUB, so that its end can be taken as it is for those
 * who get it; but nobody has to look for what its head says.
 */
public final class CommandRecord {
    /** A message. */
    public static final int PUBLISH = 1;

    /** A subscription of which other servers are told. */
    public static final int SUBSCRIBE = 2;

    /** A subscription of which they aren't. */
    public static final int SUBSCRIBE_HERE = 3;

    /** A subscription ends. */
    public static final int UNSUBSCRIBE = 4;

    /** An account has a number. */
    public static final int ACCOUNT = 5;

    /** A watch of interest begins. */
    public static final int WATCH = 6;

    /** A watch ends. */
    public static final int UNWATCH = 7;

    /** A message that clients are told another subject of than it is routed by. */
    public static final int DELIVER = 8;

    /** A subscription as {@link #SUBSCRIBE}, to requests whose unheard ones are marked. */
    public static final int SUBSCRIBE_TO_REQUESTS = 9;

    /** In the place of an account's number. */
    public static final int NAMED = -1;

    /** In the place of an account's name. */
    public static final byte[] NO_NAME = {};

    private static final int KIND = 4;
    private static final int NUMBER = 8;
    private static final int NAME_LENGTH = 12;
    private static final int SUBJECT_HASH = 16;
    private static final int SUBJECT_LENGTH = 24;
    private static final int REPLY_LENGTH = 28;
    private static final int WATCH_NUMBER = REPLY_LENGTH;
    private static final int HEADER_LENGTH = 32;
    private static final int PAYLOAD_LENGTH = 36;
    private static final int TAIL_LENGTH = 40;
    private static final int HEAD_BYTES = 44;

    /** Of CR LF. */
    private static final int LINE_END = 2;

    private final OutboundQueue queue;

    /** Makes one that appends to a queue. */
    public CommandRecord(OutboundQueue queue) {
        this.queue = queue;
    }

    /**
     * Appends something that is no message.
     *
     * @param number see above
     * @param subject empty for none
     * @throws OutOfMemoryError if there is no memory for it; nothing is appended then
     */
    public void say(int kind, int number, byte[] name, byte[] subject) {
        int bytes = HEAD_BYTES + subject.length + name.length;
        Chunk chunk = queue.reserve(bytes);
        Region to = chunk.region;
        int at = chunk.written;
        begin(to, at, bytes, kind, number, name.length, subject.length);
        to.put(at + HEAD_BYTES, subject);
        to.put(at + HEAD_BYTES + subject.length, name);
        queue.commit(bytes);
    }

    /**
     * Appends that a watch begins.
     *
     * @param account the number of its account
     * @param watch its own
     * @param subject where its subject stands, a literal
     * @throws OutOfMemoryError if there is no memory for it; nothing is appended then
     */
    public void watch(int account, int watch, Region subject, int offset, int length) {
        int bytes = HEAD_BYTES + length;
        Chunk chunk = queue.reserve(bytes);
        Region to = chunk.region;
        int at = chunk.written;
        begin(to, at, bytes, WATCH, account, 0, length);
        to.putInt(at + WATCH_NUMBER, watch);
        subject.copy(offset, to, at + HEAD_BYTES, length);
        queue.commit(bytes);
    }

    /**
     * Appends a message.
     *
     * @param kind {@link #PUBLISH} or {@link #DELIVER}
     * @param account its number, or {@link #NAMED}
     * @param name where the account's name stands if it has no number; of DELIVER the subject that
     *     it is routed by
     * @param nameLength 0 for none
     * @param subject literal, a {@linkplain io.millrace.protocol.Subject#isWord word}
     * @param replyLength 0 for none; else it is such a word, too
     * @param headerLength 0 for none
     * @param payloadLength headers excluded
     * @throws OutOfMemoryError if there is no memory for it; nothing is appended then
     */
    public void publish(
            int kind,
            int account,
            Region name,
            int nameOffset,
            int nameLength,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength,
            Region headers,
            int headerOffset,
            int headerLength,
            Region payload,
            int payloadOffset,
            int payloadLength) {
        int size = Math.addExact(headerLength, payloadLength);
        int head =
                HEAD_BYTES
                        + subjectLength
                        + 1
                        + (replyLength > 0 ? replyLength + 1 : 0)
                        + (headerLength > 0 ? digits(headerLength) + 1 : 0)
                        + digits(size)
                        + LINE_END;
        int bytes = Math.addExact(head + LINE_END + nameLength, size);
        Chunk chunk = queue.reserve(bytes);
        Region to = chunk.region;
        int at = chunk.written;
        begin(to, at, bytes, kind, account, nameLength, subjectLength);
        to.putLong(
                at + SUBJECT_HASH,
                kind == DELIVER
                        ? name.hash(nameOffset, nameLength)
                        : subject.hash(subjectOffset, subjectLength));
        to.putInt(at + REPLY_LENGTH, replyLength);
        to.putInt(at + HEADER_LENGTH, headerLength);
        to.putInt(at + PAYLOAD_LENGTH, size);
        to.putInt(at + TAIL_LENGTH, bytes - nameLength - HEAD_BYTES - subjectLength - 1);
        int next = at + HEAD_BYTES;
        next = word(subject, subjectOffset, subjectLength, to, next);
        if (replyLength > 0) {
            next = word(reply, replyOffset, replyLength, to, next);
        }
        if (headerLength > 0) {
            next = LineBuffer.putDigits(to, next, headerLength, digits(headerLength));
            to.putByte(next, (byte) ' ');
            next++;
        }
        next = LineBuffer.putDigits(to, next, size, digits(size));
        next = lineEnd(to, next);
        if (headerLength > 0) {
            headers.copy(headerOffset, to, next, headerLength);
            next += headerLength;
        }
        payload.copy(payloadOffset, to, next, payloadLength);
        next = lineEnd(to, next + payloadLength);
        name.copy(nameOffset, to, next, nameLength);
        queue.commit(bytes);
    }

    private static void begin(
            Region to, int at, int bytes, int kind, int number, int nameLength, int subjectLength) {
        to.putInt(at, bytes - Integer.BYTES);
        to.putInt(at + KIND, kind);
        to.putInt(at + NUMBER, number);
        to.putInt(at + NAME_LENGTH, nameLength);
        to.putInt(at + SUBJECT_LENGTH, subjectLength);
    }

    private static int digits(int number) {
        return LineBuffer.digits(number);
    }

    private static int word(Region from, int offset, int length, Region to, int at) {
        from.copy(offset, to, at, length);
        to.putByte(at + length, (byte) ' ');
        return at + length + 1;
    }

    private static int lineEnd(Region to, int at) {
        to.putByte(at, (byte) '\r');
        to.putByte(at + 1, (byte) '\n');
        return at + LINE_END;
    }

    /** A view of the record that a reader stands at; moves with it. Routing thread. */
    public static final class View {
        private final QueueReader reader;

        public View(QueueReader reader) {
            this.reader = reader;
        }

        private int start() {
            return reader.offset() - Integer.BYTES;
        }

        private int field(int field) {
            return reader.bytes().getInt(start() + field);
        }

        public int kind() {
            return field(KIND);
        }

        /** An account's or a sid, as the kind has it. */
        public int number() {
            return field(NUMBER);
        }

        /** The number of the watch that begins. */
        public int watch() {
            return field(WATCH_NUMBER);
        }

        /** A copy of the account's name; empty for none. */
        public String name() {
            int length = field(NAME_LENGTH);
            int at = reader.offset() + reader.length() - length;
            return new String(reader.bytes().bytes(at, length), StandardCharsets.UTF_8);
        }

        /** A copy of the subject. */
        public byte[] subject() {
            return reader.bytes().bytes(start() + HEAD_BYTES, field(SUBJECT_LENGTH));
        }

        /**
         * Has a message be for who listens on the subject that it is routed by.
         *
         * @param message the one that {@link #message(FrameBlock)} has put into a block
         */
        public void route(Message message) {
            int length = field(NAME_LENGTH);
            message.routedBy(
                    reader.bytes(),
                    reader.offset() + reader.length() - length,
                    length,
                    reader.bytes().getLong(start() + SUBJECT_HASH));
        }

        /** Has a block hold the message, and nothing else. */
        public void message(FrameBlock frames) {
            Region bytes = reader.bytes();
            int at = start();
            frames.reset(bytes);
            frames.message(
                    at + HEAD_BYTES,
                    bytes.getInt(at + SUBJECT_LENGTH),
                    bytes.getLong(at + SUBJECT_HASH),
                    bytes.getInt(at + REPLY_LENGTH),
                    bytes.getInt(at + HEADER_LENGTH),
                    bytes.getInt(at + PAYLOAD_LENGTH),
                    bytes.getInt(at + TAIL_LENGTH));
        }
    }
}
