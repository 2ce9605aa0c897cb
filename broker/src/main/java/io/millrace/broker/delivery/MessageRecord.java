package io.millrace.broker.delivery;

import io.millrace.protocol.NativeBlock;
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
 *  16  account length   int
 *  20  subject length   int
 *  24  reply length     int   0 for none
 *  28  header length    int   0 for none
 *  32  payload length   int   headers included
 *  36  account, subject, reply, headers and payload, one behind the other
 * </pre>
 */
public final class MessageRecord implements AutoCloseable {
    private static final int SID = 4;
    private static final int CID = 8;
    private static final int ACCOUNT_LENGTH = 16;
    private static final int SUBJECT_LENGTH = 20;
    private static final int REPLY_LENGTH = 24;
    private static final int HEADER_LENGTH = 28;
    private static final int PAYLOAD_LENGTH = 32;
    private static final int HEAD_BYTES = 36;

    private final NativeBlock head = NativeBlock.allocate(HEAD_BYTES);
    private final Region fields = head.region();

    /**
     * Appends a message.
     *
     * @param cid of the connection that published it
     * @param account the name of the account it was published in
     */
    public void write(OutboundQueue queue, int sid, long cid, byte[] account, Message message) {
        int replyLength = message.replyLength();
        int length =
                HEAD_BYTES
                        + account.length
                        + message.subjectLength()
                        + replyLength
                        + message.payloadLength();
        fields.putInt(0, length - Integer.BYTES);
        fields.putInt(SID, sid);
        fields.putLong(CID, cid);
        fields.putInt(ACCOUNT_LENGTH, account.length);
        fields.putInt(SUBJECT_LENGTH, message.subjectLength());
        fields.putInt(REPLY_LENGTH, replyLength);
        fields.putInt(HEADER_LENGTH, message.headerLength());
        fields.putInt(PAYLOAD_LENGTH, message.payloadLength());
        queue.keepTogether(length);
        queue.append(fields, 0, HEAD_BYTES);
        queue.append(account);
        queue.append(message.subjectBytes(), message.subjectOffset(), message.subjectLength());
        if (replyLength > 0) {
            queue.append(message.replyBytes(), message.replyOffset(), replyLength);
        }
        if (message.headerLength() > 0) {
            queue.append(message.headerBytes(), message.headerOffset(), message.headerLength());
        }
        queue.append(message.bodyBytes(), message.bodyOffset(), message.bodyLength());
    }

    /** Frees what it allocated. */
    @Override
    public void close() {
        head.close();
    }

    /** A view of the record that a reader stands at; moves with it. */
    public static final class View {
        private final QueueReader reader;

        public View(QueueReader reader) {
            this.reader = reader;
        }

        // Without the length, which the reader has taken off.

        private int number(int field) {
            return reader.bytes().getInt(reader.offset() + field - Integer.BYTES);
        }

        public int sid() {
            return number(SID);
        }

        public long cid() {
            return reader.bytes().getLong(reader.offset() + CID - Integer.BYTES);
        }

        public String account() {
            return text(0, number(ACCOUNT_LENGTH), StandardCharsets.UTF_8);
        }

        /** Its bytes taken for characters. */
        public String subject() {
            return text(
                    number(ACCOUNT_LENGTH), number(SUBJECT_LENGTH), StandardCharsets.ISO_8859_1);
        }

        /** Its bytes taken for characters; empty for none. */
        public String reply() {
            return text(
                    number(ACCOUNT_LENGTH) + number(SUBJECT_LENGTH),
                    number(REPLY_LENGTH),
                    StandardCharsets.ISO_8859_1);
        }

        /** Empty for none. */
        public byte[] headers() {
            return bytes(beforeHeaders(), number(HEADER_LENGTH));
        }

        /** Without headers. */
        public byte[] payload() {
            int headers = number(HEADER_LENGTH);
            return bytes(beforeHeaders() + headers, number(PAYLOAD_LENGTH) - headers);
        }

        private int beforeHeaders() {
            return number(ACCOUNT_LENGTH) + number(SUBJECT_LENGTH) + number(REPLY_LENGTH);
        }

        private String text(int at, int length, Charset charset) {
            return new String(bytes(at, length), charset);
        }

        private byte[] bytes(int at, int length) {
            return reader.bytes().bytes(reader.offset() + HEAD_BYTES - Integer.BYTES + at, length);
        }
    }
}
