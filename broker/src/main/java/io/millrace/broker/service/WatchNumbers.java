package io.millrace.broker.service;

import io.millrace.broker.delivery.WatchBoard;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The numbers of a service's watches, and what it was told of each. One that has ended is another's
 * only when the router has said that nothing more comes of it. On the service's thread.
 */
final class WatchNumbers {
    private final WatchBoard board;
    private int[] free = new int[16];
    private int freeCount;
    private int next;

    /** Those that haven't been ended. */
    private final BitSet open = new BitSet();

    /** Those of which something was told. */
    private final BitSet told = new BitSet();

    private final BitSet interested = new BitSet();

    WatchNumbers(WatchBoard board) {
        this.board = board;
    }

    /** A number for a new watch. */
    int begin() {
        int number = freeCount > 0 ? free[--freeCount] : next++;
        board.reserve(number);
        open.set(number);
        told.clear(number);
        return number;
    }

    void mustBeOpen(int number) {
        if (number < 0 || !open.get(number)) {
            throw new IllegalArgumentException("no watch has number " + number);
        }
    }

    /** A watch ends: nothing is told of it from here on. */
    void end(int number) {
        open.clear(number);
    }

    /** The router has never heard of a watch. */
    void giveBack(int number) {
        open.clear(number);
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = number;
    }

    /** Tells a service what there is to be told of a watch. */
    void notice(int number, Service service) {
        int word = board.take(number);
        if (word == WatchBoard.ENDED) {
            giveBack(number);
            return;
        }
        boolean now = word == WatchBoard.INTERESTED;
        if (open.get(number) && !(told.get(number) && interested.get(number) == now)) {
            told.set(number);
            interested.set(number, now);
            service.onInterest(number, now);
        }
    }
}
