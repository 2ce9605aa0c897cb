/**
 * A NATS server for the application that requires this module, with the libraries that it is made
 * of inside.
 *
 * <p>Without a flag it prints nothing and listens through the JDK's sockets; with {@code
 * --enable-native-access=io.millrace.embedded} it is faster.
 */
module io.millrace.embedded {
    requires java.management;
    requires jdk.management;
    requires jdk.unsupported;
    requires static io.nats.jnats;
    requires static java.logging;
    requires static java.naming;
    requires static jdk.jfr;
    requires static micrometer.core;
    requires static org.jspecify;
    requires static org.slf4j;

    exports io.millrace.broker;
    exports io.millrace.broker.config;
    exports io.millrace.broker.config.account;
    exports io.millrace.broker.config.auth;
    exports io.millrace.broker.config.cluster;
    exports io.millrace.broker.config.compression;
    exports io.millrace.broker.config.delivery;
    exports io.millrace.broker.config.gateway;
    exports io.millrace.broker.config.jetstream;
    exports io.millrace.broker.config.leaf;
    exports io.millrace.broker.config.limits;
    exports io.millrace.broker.config.listen;
    exports io.millrace.broker.config.log;
    exports io.millrace.broker.config.monitor;
    exports io.millrace.broker.config.process;
    exports io.millrace.broker.config.start;
    exports io.millrace.broker.config.tls;
    exports io.millrace.broker.config.websocket;
    exports io.millrace.broker.jnats;
    exports io.millrace.broker.latency;
    exports io.millrace.broker.log;
    exports io.millrace.broker.micrometer;
    exports io.millrace.broker.transport.inprocess;
    exports io.millrace.shaded.org.HdrHistogram;
}
