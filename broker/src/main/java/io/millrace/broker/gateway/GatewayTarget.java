package io.millrace.broker.gateway;

import io.millrace.broker.config.listen.DialTarget;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.protocol.Quoted;

/**
 * A server of another cluster to connect to.
 *
 * @param cluster the cluster's name
 * @param implicit whether that is just heard of, not configured
 * @param url where the server is, and who to be there
 * @param reported whether the log tells of the attempt to all, not only to who looks closer
 */
public record GatewayTarget(
        String cluster, boolean implicit, ServerUrl url, boolean reported, CertificateName expected)
        implements DialTarget {
    @Override
    public String host() {
        return url.host();
    }

    @Override
    public int port() {
        return url.port();
    }

    @Override
    public String certificateName() {
        return expected.get();
    }

    @Override
    public void isNot(String wrong) {
        expected.isNot(wrong);
    }

    /** What it is, as the reference's log has it. */
    public String text() {
        return (implicit ? "implicit" : "explicit")
                + " gateway \""
                + Quoted.utf8(cluster)
                + "\" ("
                + url.address()
                + ")";
    }
}
