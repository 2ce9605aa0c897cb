package io.millrace.protocol;

/** The operations of a client that reach the router, as the numbers that stand in a frame. */
public final class Op {
    public static final int PUB = 1;
    public static final int HPUB = 2;
    public static final int SUB = 3;
    public static final int UNSUB = 4;
    public static final int PING = 5;
    public static final int PONG = 6;

    /** A CONNECT; the parser stops behind it, so it is always the last frame of its block. */
    public static final int CONNECT = 7;

    private Op() {}
}
