package io.millrace.broker.delivery;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What a service's watches of interest are to tell it: one place for each, in which only the last
 * word stands. So however often it changes, and however long the service doesn't look, no more than
 * one notice of each watch waits for it.
 *
 * <p>The routing thread {@linkplain #put puts} something into a place, and sends a notice where
 * nothing stood there; the service's thread {@linkplain #take takes} it when it reads that.
 */
public final class WatchBoard {
    /** In the place of a watch of which nothing is to be told. */
    public static final int NOTHING = 0;

    /** Nobody would hear what it watches. */
    public static final int UNINTERESTED = 1;

    /** Somebody would. */
    public static final int INTERESTED = 2;

    /** It has ended, and nothing more is said of it. */
    public static final int ENDED = 3;

    private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int PART = 1024;

    /** Grows on the service's thread. */
    private volatile int[][] parts = {};

    /** Has a place for a watch; on the service's thread, before the router hears of it. */
    public void reserve(int watch) {
        int[][] known = parts;
        int part = watch / PART;
        if (part >= known.length) {
            int[][] more = Arrays.copyOf(known, part + 1);
            for (int i = known.length; i <= part; i++) {
                more[i] = new int[PART];
            }
            parts = more;
        }
    }

    /** Puts something into a watch's place; returns what stood there. */
    public int put(int watch, int word) {
        return (int) PLACE.getAndSet(parts[watch / PART], watch % PART, word);
    }

    /** Takes what stands in a watch's place. */
    public int take(int watch) {
        return put(watch, NOTHING);
    }
}
