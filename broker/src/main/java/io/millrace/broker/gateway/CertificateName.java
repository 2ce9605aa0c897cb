package io.millrace.broker.gateway;

import java.util.regex.Pattern;

/**
 * The name in the certificates of a cluster's servers that are known by their addresses only: the
 * first host name of any of them, as the reference does it. The routing thread learns it, I/O loops
 * find out that it is another.
 */
final class CertificateName {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private volatile String name = "";

    /** A server of the cluster has this host. */
    void learn(String host) {
        if (name.isEmpty() && !ADDRESS.matcher(host).matches()) {
            name = host;
        }
    }

    /** The name; empty if none is known. */
    String get() {
        return name;
    }

    /** A certificate has another name than this. */
    void isNot(String wrong) {
        if (name.equals(wrong)) {
            name = "";
        }
    }
}
