package io.millrace.test;

import org.jspecify.annotations.Nullable;

/**
 * What was started for a test class.
 *
 * @param servers a {@link TestServer} or a {@link TestCluster}
 * @param closer ends it
 * @param urls where clients connect, with commas between the addresses
 * @param certificate of all of them, if they have TLS
 */
record Started(Object servers, Runnable closer, String urls, @Nullable TestCertificate certificate)
        implements AutoCloseable {
    @Override
    public void close() {
        closer.run();
    }
}
