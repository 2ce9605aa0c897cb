package io.millrace.broker.connection;

/**
 * How much may be made of what one connection has sent, compressed as it was, before others on its
 * loop have their turn. Belongs to the connection's I/O loop.
 */
final class Turn {
    static final int BYTES = 1024 * 1024;

    private int bytes;

    /** So much more was made. */
    void took(int more) {
        bytes += more;
    }

    /** Whether it is others' turn; if so, the next one begins. */
    boolean isOver() {
        if (bytes < BYTES) {
            return false;
        }
        bytes = 0;
        return true;
    }
}
