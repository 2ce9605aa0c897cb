package io.millrace.broker.gateway;

/** The other servers of this server's own cluster. Routing thread. */
public interface OwnCluster {
    /** Of a server that has no others. */
    OwnCluster ALONE =
            new OwnCluster() {
                @Override
                public void tell(byte[] line) {}

                @Override
                public boolean hasServerNamed(String name) {
                    return false;
                }
            };

    /** Tells each of them a line of the protocol of routes. */
    void tell(byte[] line);

    /** Whether one of them has this name. */
    boolean hasServerNamed(String name);
}
