package io.millrace.protocol;

/**
 * The byte layout of one parsed frame.
 *
 * <pre>
 *   0  op               int   one of {@link Op}
 *   4  subject offset   int   from the start of the bytes that were parsed (SUB, RS+, RS-, LS+,
 *                             LS- too)
 *   8  subject length   int
 *  12  flags            int   {@link #PLAIN_TAIL}, {@link #TRACED}, {@link #TRACE_PARENT}, and from
 *                             {@link #ORIGIN_SHIFT} on the length of the leaf node's cluster, which
 *                             stands in front of the account or, without one, of the subject, with a
 *                             blank between them; 0 for none (RMSG, HMSG, RS+, RS-)
 *  16  subject hash     long  {@link Region#hash} of the subject (PUB, HPUB, RMSG, HMSG,
 *                             LMSG)
 *  24  tail offset      int   PUB, HPUB, RMSG, HMSG: "[reply] size(s) CRLF payload CRLF", with an
 *                             RMSG's or HMSG's queue groups behind the reply, if it has both; SUB,
 *                             UNSUB: the sid; CONNECT, INFO: the JSON; ERR: the text
 *  28  tail length      int
 *  32  second offset    int   PUB, HPUB, RMSG, HMSG: the reply; SUB, RS+, RS-: the queue group
 *  36  second length    int   0 for none
 *  40  header length    int   HPUB, HMSG; 0 in PUB and RMSG. UNSUB: the maximum, 0 for none.
 *                             RS+: the queue group's weight, 0 without a group
 *  44  payload length   int   PUB, HPUB, RMSG, HMSG: headers included, CRLF excluded
 *  48  account offset   int   RMSG, HMSG, RS+, RS-, A+, A-
 *  52  account length   int   0 on a route that carries one account only
 *  56  queues offset    int   RMSG, HMSG: the queue groups, "q1 q2", parted by one blank each
 *  60  queues length    int   0 for none
 * </pre>
 *
 * <p>What stands for RMSG, RS+ and RS- stands for LMSG, LS+ and LS-, too.
 *
 * <p>Fields that aren't named for an operation are undefined in its frames.
 */
final class FrameLayout {
    static final int OP = 0;
    static final int SUBJECT_OFFSET = 4;
    static final int SUBJECT_LENGTH = 8;
    static final int FLAGS = 12;
    static final int SUBJECT_HASH = 16;
    static final int TAIL_OFFSET = 24;
    static final int TAIL_LENGTH = 28;
    static final int SECOND_OFFSET = 32;
    static final int SECOND_LENGTH = 36;
    static final int HEADER_LENGTH = 40;
    static final int PAYLOAD_LENGTH = 44;

    static final int ACCOUNT_OFFSET = 48;
    static final int ACCOUNT_LENGTH = 52;
    static final int QUEUES_OFFSET = 56;
    static final int QUEUES_LENGTH = 60;

    /** Bytes of one frame. */
    static final int SIZE = 64;

    /**
     * Flag: the tail has single blanks and a CRLF, so it can be copied as it is: behind {@code MSG
     * subject sid} for a PUB or RMSG, behind {@code HMSG subject sid} for an HPUB or HMSG. Never
     * set where the header length of an HPUB or HMSG is 0, which is delivered as a MSG, nor in a
     * message for queue groups, nor in one that is {@link #TRACED}, which is looked at by itself.
     */
    static final int PLAIN_TAIL = 1;

    /** Flag of HPUB and HMSG: it has a {@code Nats-Trace-Dest} header, whatever stands there. */
    static final int TRACED = 2;

    /** Flag of HPUB and HMSG: it has a {@code traceparent} header, in any case of letters. */
    static final int TRACE_PARENT = 4;

    /** Where the length of a leaf node's cluster begins among the flags. */
    static final int ORIGIN_SHIFT = 8;

    private FrameLayout() {}
}
