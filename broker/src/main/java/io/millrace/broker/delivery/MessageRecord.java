package io.millrace.broker.delivery;

import io.millrace.protocol.Region;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A message as a service gets it: written by the routing thread, read on the service's.
 *
 * <pre>
 *   0  length           int   of all that follows, see {@link QueueReader}
 *   4  sid              int   the service's subscription
 *   8  cid              long  the connection that published it
 *  16  account          int   the number of the account it was published in
 *  20  account epoch    int   which of those that had that number
 *  24  name length      int   of the account's name
 *  28  flags            int   {@link #FROM_CLIENT}, {@link #REFUSED}, {@link #NOTICE}, {@link
 *                             #CROSSED}, {@link #UNHEARD}
 *  32  subject length   int
 *  36  reply offset     int   from the subject on, as all that follow
 *  40  reply length     int   0 for none
 *  44  header offset    int
 *  48  header length    int   0 for none
 *  52  payload offset   int
 *  56  payload length   int   headers excluded
 *  60  the account's name, subject, reply, headers and payload, in this order
 * </pre>
 *
 * <p>A notice, which ends behind the flags, says that something stands in the place of a
 * {@linkplain WatchBoard watch}, whose number it has instead of a sid.
 *
 * <p>What was published is copied as it stood there where it can be, so there may be more between
 * those: blanks, sizes and line ends.
 */
public final class MessageRecord {
    /** Flag: a client of this server has published it. */
    private static final int FROM_CLIENT = 1;

    /** Flag: there was no room for it; neither headers nor payload are there. */
    private static final int REFUSED = 2;

    /** Flag: it is no message, but says that there is something of a watch. */
    private static final int NOTICE = 4;

    /** Flag: it has come from another account, whose import it matches. */
    private static final int CROSSED = 8;

    /** Flag: nobody listens for an answer to it. */
    private static final int UNHEARD = 16;

    private static final int SID = 4;
    private static final int CID = 8;
    private static final int ACCOUNT = 16;
    private static final int ACCOUNT_EPOCH = 20;
    private static final int NAME_LENGTH = 24;
    private static final int FLAGS = 28;
    private static final int NOTICE_BYTES = 32;
    private static final int SUBJECT_LENGTH = 32;
    private static final int REPLY_OFFSET = 36;
    private static final int REPLY_LENGTH = 40;
    private static final int HEADER_OFFSET = 44;
    private static final int HEADER_LENGTH = 48;
    private static final int PAYLOAD_OFFSET = 52;
    private static final int PAYLOAD_LENGTH = 56;
    private static final int HEAD_BYTES = 60;

    /**
     * Appends a message.
     *
     * @param account number of the account it was published in
     * @param epoch which of those that had that number
     * @param name that account's
     */
    public void write(
            OutboundQueue queue, int sid, int account, int epoch, byte[] name, Message message) {
        if (message.isAsPublished()) {
            writeAsPublished(queue, sid, account, epoch, name, message);
        } else {
            writePieces(queue, sid, account, epoch, name, message, true);
        }
    }

    /**
     * Appends what is needed to refuse a message, for which itself there is no room: its subject
     * and its reply.
     */
    public void writeRefused(
            OutboundQueue queue, int sid, int account, int epoch, byte[] name, Message message) {
        writePieces(queue, sid, account, epoch, name, message, false);
    }

    /**
     * Appends a notice.
     *
     * @param watch the number of the watch
     * @throws OutOfMemoryError if there is no memory for it; nothing is appended then
     */
    public static void writeNotice(OutboundQueue queue, int watch) {
        Chunk chunk = queue.reserve(NOTICE_BYTES);
        Region to = chunk.region;
        int at = chunk.written;
        to.putInt(at, NOTICE_BYTES - Integer.BYTES);
        to.putInt(at + SID, watch);
        to.putInt(at + FLAGS, NOTICE);
        queue.commit(NOTICE_BYTES);
    }

    /** Bytes of the record of a message. */
    public static int bytes(byte[] name, Message message) {
        return HEAD_BYTES
                + name.length
                + (message.isAsPublished()
                        ? publishedBytes(message)
                        : message.toldLength()
                                + message.replyLength()
                                + message.headerLength()
                                + message.bodyLength());
    }

    /** From its subject to the end of its payload. */
    private static int publishedBytes(Message message) {
        return message.bodyOffset() + message.bodyLength() - message.toldOffset();
    }

    /** Bytes of the record of a refused message. */
    public static int refusedBytes(byte[] name, Message message) {
        return HEAD_BYTES + name.length + message.toldLength() + message.replyLength();
    }

    /** In one piece from its subject to the end of its payload, which is all that stands there. */
    private void writeAsPublished(
            OutboundQueue queue, int sid, int account, int epoch, byte[] name, Message message) {
        Region from = message.toldBytes();
        int subject = message.toldOffset();
        int body = message.bodyOffset();
        int bodyLength = message.bodyLength();
        int headerLength = message.headerLength();
        int replyLength = message.replyLength();
        int text = publishedBytes(message);
        int bytes = HEAD_BYTES + name.length + text;
        Chunk chunk = queue.reserve(bytes);
        Region to = chunk.region;
        int at = chunk.written;
        begin(to, at, bytes, sid, account, epoch, name.length, message, 0);
        to.putInt(at + REPLY_OFFSET, replyLength == 0 ? 0 : message.replyOffset() - subject);
        to.putInt(at + REPLY_LENGTH, replyLength);
        to.putInt(at + HEADER_OFFSET, body - headerLength - subject);
        to.putInt(at + HEADER_LENGTH, headerLength);
        to.putInt(at + PAYLOAD_OFFSET, body - subject);
        to.putInt(at + PAYLOAD_LENGTH, bodyLength);
        to.put(at + HEAD_BYTES, name);
        from.copy(subject, to, at + HEAD_BYTES + name.length, text);
        queue.commit(bytes);
    }

    private static void begin(
            Region to,
            int at,
            int bytes,
            int sid,
            int account,
            int epoch,
            int nameLength,
            Message message,
            int flags) {
        to.putInt(at, bytes - Integer.BYTES);
        to.putInt(at + SID, sid);
        to.putLong(at + CID, message.cid());
        to.putInt(at + ACCOUNT, account);
        to.putInt(at + ACCOUNT_EPOCH, epoch);
        to.putInt(at + NAME_LENGTH, nameLength);
        int how = (message.isFromClient() ? FROM_CLIENT : 0) | (message.isCrossed() ? CROSSED : 0);
        to.putInt(at + FLAGS, flags | how);
        to.putInt(at + SUBJECT_LENGTH, message.toldLength());
    }

    private void writePieces(
            OutboundQueue queue,
            int sid,
            int account,
            int epoch,
            byte[] name,
            Message message,
            boolean whole) {
        int subjectLength = message.toldLength();
        int replyLength = message.replyLength();
        int headerLength = whole ? message.headerLength() : 0;
        int bodyLength = whole ? message.bodyLength() : 0;
        int text = subjectLength + replyLength + headerLength + bodyLength;
        int bytes = HEAD_BYTES + name.length + text;
        Chunk chunk = queue.reserve(bytes);
        Region to = chunk.region;
        int at = chunk.written;
        begin(to, at, bytes, sid, account, epoch, name.length, message, whole ? 0 : REFUSED);
        to.putInt(at + REPLY_OFFSET, subjectLength);
        to.putInt(at + REPLY_LENGTH, replyLength);
        to.putInt(at + HEADER_OFFSET, subjectLength + replyLength);
        to.putInt(at + HEADER_LENGTH, headerLength);
        to.putInt(at + PAYLOAD_OFFSET, subjectLength + replyLength + headerLength);
        to.putInt(at + PAYLOAD_LENGTH, bodyLength);
        int next = at + HEAD_BYTES;
        to.put(next, name);
        next += name.length;
        message.toldBytes().copy(message.toldOffset(), to, next, subjectLength);
        next += subjectLength;
        if (replyLength > 0) {
            message.replyBytes().copy(message.replyOffset(), to, next, replyLength);
            next += replyLength;
        }
        if (headerLength > 0) {
            message.headerBytes().copy(message.headerOffset(), to, next, headerLength);
            next += headerLength;
        }
        if (bodyLength > 0) {
            message.bodyBytes().copy(message.bodyOffset(), to, next, bodyLength);
        }
        queue.commit(bytes);
    }

    /**
     * A record that stands in a queue and isn't published yet, for what is only known when others
     * have been appended behind it. Routing thread.
     */
    public static final class Draft {
        private Region bytes = Region.NONE;
        private int start;

        /**
         * Moves to the record that was appended last.
         *
         * @param length its bytes, see {@link MessageRecord#bytes}
         * @throws IllegalStateException if none was since the queue was published
         */
        public void moveTo(OutboundQueue queue, int length) {
            Chunk end = queue.unpublishedEnd();
            bytes = end.region;
            start = end.written - length;
        }

        /** Where it stands. */
        public Region bytes() {
            return bytes;
        }

        public int replyOffset() {
            return start
                    + HEAD_BYTES
                    + bytes.getInt(start + NAME_LENGTH)
                    + bytes.getInt(start + REPLY_OFFSET);
        }

        public int replyLength() {
            return bytes.getInt(start + REPLY_LENGTH);
        }

        /** Nobody listens for an answer. */
        public void unheard() {
            bytes.putInt(start + FLAGS, bytes.getInt(start + FLAGS) | UNHEARD);
        }
    }

    /** A view of the record that a reader stands at; moves with it. */
    public static final class View {
        private final QueueReader reader;

        public View(QueueReader reader) {
            this.reader = reader;
        }

        /** Where the record begins: its length, which the reader has taken off, included. */
        private int start() {
            return reader.offset() - Integer.BYTES;
        }

        private int number(int field) {
            return reader.bytes().getInt(start() + field);
        }

        public int sid() {
            return number(SID);
        }

        public long cid() {
            return reader.bytes().getLong(start() + CID);
        }

        /** The number of the account that it was published in. */
        public int account() {
            return number(ACCOUNT);
        }

        /** Which of the accounts that had that number. */
        public int accountEpoch() {
            return number(ACCOUNT_EPOCH);
        }

        /** A copy of that account's name. */
        public String accountName() {
            return text(start() + HEAD_BYTES, number(NAME_LENGTH), StandardCharsets.UTF_8);
        }

        public boolean isFromClient() {
            return (number(FLAGS) & FROM_CLIENT) != 0;
        }

        /** Whether it is a notice of the watch that its sid says, and no message. */
        public boolean isNotice() {
            return (number(FLAGS) & NOTICE) != 0;
        }

        public boolean isRefused() {
            return (number(FLAGS) & REFUSED) != 0;
        }

        public boolean isCrossed() {
            return (number(FLAGS) & CROSSED) != 0;
        }

        public boolean isUnheard() {
            return (number(FLAGS) & UNHEARD) != 0;
        }

        // --- where it stands

        /** Where everything stands. */
        public Region bytes() {
            return reader.bytes();
        }

        public int subjectOffset() {
            return start() + HEAD_BYTES + number(NAME_LENGTH);
        }

        public int subjectLength() {
            return number(SUBJECT_LENGTH);
        }

        public int replyOffset() {
            return subjectOffset() + number(REPLY_OFFSET);
        }

        /** 0 for none. */
        public int replyLength() {
            return number(REPLY_LENGTH);
        }

        public int headerOffset() {
            return subjectOffset() + number(HEADER_OFFSET);
        }

        /** 0 for none. */
        public int headerLength() {
            return number(HEADER_LENGTH);
        }

        /** Behind the headers. */
        public int payloadOffset() {
            return subjectOffset() + number(PAYLOAD_OFFSET);
        }

        /** Without headers. */
        public int payloadLength() {
            return number(PAYLOAD_LENGTH);
        }

        // --- copies

        /** Its bytes taken for characters. */
        public String subject() {
            return text(subjectOffset(), subjectLength(), StandardCharsets.ISO_8859_1);
        }

        /** Its bytes taken for characters; empty for none. */
        public String reply() {
            return text(replyOffset(), replyLength(), StandardCharsets.ISO_8859_1);
        }

        /** Empty for none. */
        public byte[] headers() {
            return bytes().bytes(headerOffset(), headerLength());
        }

        /** Without headers. */
        public byte[] payload() {
            return bytes().bytes(payloadOffset(), payloadLength());
        }

        private String text(int at, int length, Charset charset) {
            return new String(bytes().bytes(at, length), charset);
        }
    }
}
