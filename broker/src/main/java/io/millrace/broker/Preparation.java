package io.millrace.broker;

import io.millrace.broker.transport.EventLoops;

import java.util.concurrent.CountDownLatch;

/**
 * Gets ready, on a thread of its own, what every server needs whatever its options are: Netty's
 * classes and native code take as long as all that a start does without them. Then it loads what
 * other classes a start needs, as does whoever waits for it.
 *
 * <p>Classes that are initialized by two threads at once may wait for each other forever, so
 * whoever reads the options, or makes what needs no Netty, touches nothing of it before {@link
 * #await}.
 */
final class Preparation {
    private static final String SELECTORS = "java.nio.channels.spi.SelectorProvider";

    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "millrace-prepare");
    private final StartClasses classes = new StartClasses();

    private Preparation() {}

    /** Begins in a JVM that is the server's; whoever starts none after all needn't wait for it. */
    static Preparation beginAlone() {
        if (System.getProperty("os.name").equals("Linux")
                && System.getProperty(SELECTORS) == null) {
            // Netty opens a selector that it never uses; looking for whose takes milliseconds.
            System.setProperty(SELECTORS, "sun.nio.ch.EPollSelectorProvider");
        }
        return begin();
    }

    /** Begins in an application's JVM, where nothing is set that others may see. */
    static Preparation begin() {
        Preparation preparation = new Preparation();
        preparation.thread.setDaemon(true);
        // The server meets with the same, and says so.
        preparation.thread.setUncaughtExceptionHandler((_, _) -> {});
        preparation.thread.start();
        return preparation;
    }

    /** Of somebody who waits for nothing: all is there, or will be when it is needed. */
    static Preparation none() {
        Preparation preparation = new Preparation();
        preparation.ready.countDown();
        return preparation;
    }

    private void run() {
        try {
            EventLoops.prepare();
        } finally {
            ready.countDown();
        }
        classes.loadWhile(() -> true);
    }

    /** Waits until Netty is there, and loads classes meanwhile. */
    void await() {
        if (ready.getCount() > 0) {
            classes.loadWhile(() -> ready.getCount() > 0);
            Uninterrupted.await(ready);
        }
    }
}
