package io.millrace.embedded.app;

import io.millrace.broker.NatsServer;

/** An application that starts a server and closes it. Run in a JVM of its own. */
public final class Once {
    private Once() {}

    /** Does it. */
    public static void main(String[] args) throws Exception {
        NatsServer.builder().port(0).start().close();
    }
}
