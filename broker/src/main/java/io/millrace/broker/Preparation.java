package io.millrace.broker;

import io.millrace.broker.transport.EventLoops;

import java.security.SecureRandom;

/**
 * Gets ready, on a thread of its own, what every server needs whatever its options are: Netty's
 * classes and native code take as long as reading the options does.
 *
 * <p>Classes that are initialized by two threads at once may wait for each other forever, so
 * whoever reads the options touches nothing of Netty before {@link #await}.
 */
final class Preparation {
    private static final String SELECTORS = "java.nio.channels.spi.SelectorProvider";

    private final Thread thread = new Thread(EventLoops::prepare, "millrace-prepare");

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

    /** Waits until all is there; finds the system's source of randomness meanwhile. */
    void await() {
        new SecureRandom().nextInt();
        Uninterrupted.join(thread);
    }
}
