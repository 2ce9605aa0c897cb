package io.millrace.protocol;

/**
 * The operations of clients and of other servers that reach the router, as the numbers that stand
 * in a frame.
 */
public final class Op {
    public static final int PUB = 1;
    public static final int HPUB = 2;
    public static final int SUB = 3;
    public static final int UNSUB = 4;
    public static final int PING = 5;
    public static final int PONG = 6;

    /** A CONNECT; the parser stops behind it, so it is always the last frame of its block. */
    public static final int CONNECT = 7;

    /** An INFO on a route; the parser stops behind it as behind a CONNECT. */
    public static final int INFO = 8;

    /** A message from another server. */
    public static final int RMSG = 9;

    /** A message with headers from another server. */
    public static final int HMSG = 10;

    /** An {@code RS+}: another server has subscribers. */
    public static final int RS_PLUS = 11;

    /** An {@code RS-}: another server has no more subscribers. */
    public static final int RS_MINUS = 12;

    /** A message to or from a leaf node. */
    public static final int LMSG = 13;

    /** An {@code LS+}: the other side of a leaf node's connection has subscribers. */
    public static final int LS_PLUS = 14;

    /** An {@code LS-}: the other side of a leaf node's connection has no more subscribers. */
    public static final int LS_MINUS = 15;

    /** An {@code A+}: another cluster wants messages of an account again. */
    public static final int A_PLUS = 16;

    /** An {@code A-}: another cluster wants no messages of an account. */
    public static final int A_MINUS = 17;

    /** What the other side of a leaf node connection minds; the parser stops behind it. */
    public static final int ERR = 18;

    private Op() {}
}
