package io.millrace.broker.log;

import org.jspecify.annotations.Nullable;

/**
 * Leads what the libraries log through SLF4J into the log of the one server of an executable:
 * warnings and errors, nothing else.
 *
 * <p>It names {@link LibraryLogProvider} in SLF4J's own property {@code slf4j.provider}, so Logback
 * is never loaded: its initialisation takes 60 ms, of the 400 that some harnesses give a server
 * from exec to listening. Only {@code Main} may use this, before any library is touched; an
 * embedding application keeps its own logging. The static field is SLF4J's doing: it makes its
 * provider itself, once for the JVM.
 */
public final class LibraryLog {
    /** By its name, so that it isn't loaded where SLF4J is missing. */
    private static final String PROVIDER = "io.millrace.broker.log.LibraryLogProvider";

    private static volatile @Nullable ServerLog target;

    private LibraryLog() {}

    /**
     * Makes SLF4J use us. To be called before the first SLF4J logger is made, else it is in vain.
     */
    public static void install() {
        System.setProperty("slf4j.provider", PROVIDER);
        // SLF4J would announce on standard error that it follows the property.
        System.setProperty("slf4j.internal.verbosity", "WARN");
    }

    /** Names the log that takes the lines from now on; before, they are dropped. */
    public static void to(ServerLog log) {
        target = log;
    }

    static @Nullable ServerLog target() {
        return target;
    }
}
