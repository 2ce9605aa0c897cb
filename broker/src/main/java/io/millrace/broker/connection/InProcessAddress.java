package io.millrace.broker.connection;

import java.net.SocketAddress;

/** Where a connection comes from that is an application's in this JVM: from no address at all. */
public final class InProcessAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    /** The only one. */
    public static final InProcessAddress PIPE = new InProcessAddress();

    private InProcessAddress() {}

    /** As the reference's log calls it. */
    @Override
    public String toString() {
        return "pipe";
    }
}
