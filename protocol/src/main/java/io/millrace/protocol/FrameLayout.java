package io.millrace.protocol;

/**
 * The byte layout of one parsed frame.
 *
 * <pre>
 *   0  op               int   one of {@link Op}
 *   4  subject offset   int   from the start of the bytes that were parsed (SUB too)
 *   8  subject length   int
 *  12  flags            int   {@link #PLAIN_TAIL}
 *  16  subject hash     long  {@link Memory#hash} of the subject (PUB and HPUB)
 *  24  tail offset      int   PUB, HPUB: "[reply] size(s) CRLF payload CRLF"; SUB, UNSUB: the sid;
 *                             CONNECT: the JSON
 *  28  tail length      int
 *  32  second offset    int   PUB, HPUB: the reply; SUB: the queue group
 *  36  second length    int   0 for none
 *  40  header length    int   HPUB; 0 otherwise. UNSUB: the maximum, 0 for none
 *  44  payload length   int   PUB, HPUB: headers included, CRLF excluded
 * </pre>
 */
public final class FrameLayout {
    public static final int OP = 0;
    public static final int SUBJECT_OFFSET = 4;
    public static final int SUBJECT_LENGTH = 8;
    public static final int FLAGS = 12;
    public static final int SUBJECT_HASH = 16;
    public static final int TAIL_OFFSET = 24;
    public static final int TAIL_LENGTH = 28;
    public static final int SECOND_OFFSET = 32;
    public static final int SECOND_LENGTH = 36;
    public static final int HEADER_LENGTH = 40;
    public static final int PAYLOAD_LENGTH = 44;

    /** Bytes of one frame. */
    public static final int SIZE = 48;

    /**
     * Flag: the tail has single blanks and a CRLF, so it can be copied as it is: behind {@code MSG
     * subject sid} for a PUB, behind {@code HMSG subject sid} for an HPUB. Never set for an HPUB
     * whose header length is 0, which is delivered as a MSG.
     */
    public static final int PLAIN_TAIL = 1;

    private FrameLayout() {}
}
