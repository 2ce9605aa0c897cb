package io.millrace.test;

import java.io.IOException;
import java.nio.file.Path;

/** A server that runs. */
interface Running {
    /** The oldest JVM that the server runs in. */
    int LEAST_JAVA = 25;

    /** The port of its clients. */
    int port();

    /** The {@code NatsServer}. */
    Object server();

    /** Ends it. */
    void close();

    static boolean isInThisJvm() {
        return Runtime.version().feature() >= LEAST_JAVA
                && !Boolean.getBoolean("millrace.test.process");
    }

    /**
     * Starts a server where it can run.
     *
     * @param port 0 for any free one
     * @param folder for what a process needs
     */
    static Running start(String config, int port, Path folder) throws IOException {
        return isInThisJvm()
                ? InThisJvm.start(config, port)
                : ServerProcess.start(config, port, folder);
    }
}
