package io.millrace.broker;

import io.millrace.broker.config.process.FileOptions;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.config.websocket.WebSocketOptions;
import io.millrace.broker.ledger.MemoryBounds;
import io.millrace.broker.log.ServerLog;

/**
 * The lines a server begins its log with. Tools and test harnesses wait for them, so their words
 * are the reference's.
 */
final class StartUpLines {
    private StartUpLines() {}

    static void beforeStart(ServerLog log, Options options, String name, String id) {
        log.info("Starting Millrace, a nats-server for the JVM");
        log.info("  Version:  " + Version.FEATURE_LEVEL + " (Millrace " + Version.MILLRACE + ")");
        String cluster = options.cluster().name();
        if (!cluster.isEmpty()) {
            log.info("  Cluster:  " + cluster);
        }
        log.info("  Name:     " + name);
        log.info("  ID:       " + id);
        log.info("Server id is " + id);
        if (log.debugEnabled()) {
            log.debug("  Java:     " + Runtime.version());
        }
        FileOptions files = options.files();
        if (!files.configFile().isEmpty()) {
            log.info(
                    "Using configuration file: "
                            + files.configFile()
                            + " ("
                            + files.configDigest()
                            + ")");
        }
    }

    static void memory(ServerLog log, MemoryBounds bounds) {
        log.info(
                "  Memory:   at most "
                        + megabytes(bounds.heapBytes())
                        + " of the heap and "
                        + megabytes(bounds.nativeBytes())
                        + " outside it for clients and other servers");
    }

    private static String megabytes(long bytes) {
        return bytes / (1024 * 1024) + " MB";
    }

    static void monitor(ServerLog log, String scheme, HostAndPort listening) {
        log.info("Starting " + scheme + " monitor on " + listening);
    }

    static void webSocket(ServerLog log, WebSocketOptions options, int port) {
        log.info(
                "Listening for websocket clients on "
                        + options.scheme()
                        + "://"
                        + new HostAndPort(options.host(), port));
        if (!options.tls().enabled()) {
            log.warn("Websocket not configured with TLS. DO NOT USE IN PRODUCTION!");
        }
    }

    static void cluster(ServerLog log, String name, HostAndPort listening) {
        log.info("Cluster name is " + name);
        log.info("Listening for route connections on " + listening);
    }

    static void gateway(ServerLog log, String name, HostAndPort listening) {
        log.info("Gateway name is " + name);
        log.info("Listening for gateways connections on " + listening);
    }

    static void gatewayAddress(ServerLog log, String name, boolean advertised, String url) {
        log.info(
                advertised
                        ? "Advertise address for gateway \"" + name + "\" is set to " + url
                        : "Address for gateway \"" + name + "\" is " + url);
    }

    static void readyForThisJvm(ServerLog log) {
        log.info("Not listening for client connections, but of this JVM");
        log.info("Server is ready");
    }

    static void ready(ServerLog log, HostAndPort listening, boolean proxyProtocol, TlsOptions tls) {
        log.info("Listening for client connections on " + listening);
        if (proxyProtocol) {
            log.info("PROXY protocol enabled for client connections");
        }
        if (tls.enabled()) {
            log.info(
                    tls.required()
                            ? "TLS required for client connections"
                            : "TLS available for client connections");
        }
        if (tls.enabled() && tls.handshakeFirst() && tls.fallbackDelay().isZero()) {
            log.warn(
                    "Clients that are not using \"TLS Handshake First\" option will fail to"
                            + " connect");
        }
        log.info("Server is ready");
    }
}
