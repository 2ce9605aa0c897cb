package io.millrace.broker.log;

import java.io.IOException;

/** A connection to a syslog. Used by one thread at a time. */
interface SyslogWire {
    /** Opens a connection; called again after {@link #send} has failed. */
    interface Dialer {
        SyslogWire dial() throws IOException;
    }

    /** Sends one message, blocking as long as the receiver makes it. */
    void send(byte[] message) throws IOException;

    void close();
}
