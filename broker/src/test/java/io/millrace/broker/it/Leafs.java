package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.Options;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.tls.TestCa;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Servers with leaf nodes, by their configuration. */
final class Leafs {
    private static final int LARGE_BYTES = 200_000;

    /** How long a spoke waits for its hub's greeting: one second, unless a test says something. */
    private static final String GREETING = "first_info_timeout";

    private static final AtomicLong FENCES = new AtomicLong();

    private Leafs() {}

    /**
     * A server by a configuration; it listens for clients at any port of the loopback interface.
     */
    static NatsServer start(Mode mode, LogLines log, String configuration) throws IOException {
        return Modes.start(mode, log, options -> Configured.into(options, configuration));
    }

    /** The same without a log. */
    static NatsServer start(Mode mode, String configuration) throws IOException {
        return Modes.start(mode, options -> Configured.into(options, configuration));
    }

    /** A spoke with one remote, and a name of its own. */
    static NatsServer named(Mode mode, LogLines log, String name, String url, String remote)
            throws IOException {
        return spoke(mode, log, name, url, remote, "");
    }

    /** A hub: {@code leafnodes} with a port, and what more is said in the block, and outside. */
    static NatsServer hub(Mode mode, LogLines log, String block, String rest) throws IOException {
        return start(
                mode,
                log,
                "server_name: HUB\nleafnodes { listen: \"127.0.0.1:-1\"\n"
                        + block
                        + "\n}\n"
                        + rest);
    }

    /** A spoke with one remote: its URL, and what more is said of it, and outside. */
    static NatsServer spoke(Mode mode, LogLines log, String url, String remote, String rest)
            throws IOException {
        return spoke(mode, log, "SPOKE", url, remote, rest);
    }

    private static NatsServer spoke(
            Mode mode, LogLines log, String name, String url, String remote, String rest)
            throws IOException {
        return start(
                mode,
                log,
                "server_name: "
                        + name
                        + "\nleafnodes { reconnect: \"50ms\", remotes: [{ url: \""
                        + url
                        + "\"\n"
                        + (remote.contains(GREETING) ? "" : GREETING + ": \"60s\"\n")
                        + remote
                        + " }] }\n"
                        + rest);
    }

    /** The block of the certificate that a hub shows, and what more is said in it. */
    static String tls(TestCa.Issued issued, Path folder, String more) throws Exception {
        return "tls { cert_file: \""
                + issued.writeCertificate(folder, "cert.pem")
                + "\", key_file: \""
                + issued.writeKey(folder, "key.pem")
                + "\"\n"
                + more
                + " }";
    }

    /** What to dial to reach a hub as a user whose password is {@code x}. */
    static String url(NatsServer hub, String user) {
        return url(hub).replace("//", "//" + user + ":x@");
    }

    /** Connects a client, as a user or as nobody, with subscriptions. */
    static RawClient subscribed(NatsServer server, String user, String subscriptions)
            throws IOException {
        return subscribed(server.port(), user, subscriptions);
    }

    /** The same by the port. */
    static RawClient subscribed(int port, String user, String subscriptions) throws IOException {
        RawClient client = user.isEmpty() ? RawClient.connected(port) : RawClient.login(port, user);
        client.send(subscriptions);
        client.fence();
        return client;
    }

    /**
     * Waits until one server has heard of all that is wanted at another by now.
     *
     * @param user an account's, there is one of that name at both; empty for nobody
     */
    static void await(NatsServer hears, NatsServer tells, String user) throws IOException {
        await(hears.port(), tells.port(), user);
    }

    /** The same by the ports. */
    static void await(int hears, int tells, String user) throws IOException {
        String subject = "fence." + FENCES.incrementAndGet();
        try (RawClient there = subscribed(tells, user, "SUB " + subject + " 1\r\n");
                RawClient here = subscribed(hears, user, "")) {
            Interest.await(here, subject);
            there.expect("MSG " + subject + " 1 probe 0\r\n\r\n");
        }
    }

    /** Waits until each server has heard of all that is wanted at the others by now. */
    static void awaitAll(NatsServer... servers) throws IOException {
        for (NatsServer hears : servers) {
            for (NatsServer tells : servers) {
                if (hears != tells) {
                    await(hears, tells, "");
                }
            }
        }
    }

    /** Whatever is published at one port gets to the other one, be it large. */
    static void carry(int from, int to) throws IOException {
        String large = "x".repeat(LARGE_BYTES);
        try (RawClient subscriber = RawClient.connected(to);
                RawClient publisher = RawClient.connected(from)) {
            subscriber.send("SUB foo 1\r\n");
            subscriber.fence();
            Interest.await(publisher, "foo");
            subscriber.expect("MSG foo 1 " + Interest.REPLY + " 0\r\n\r\n");
            publisher.send("PUB foo " + LARGE_BYTES + "\r\n" + large + "\r\n");
            publisher.send("HPUB foo 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
            subscriber.expect("MSG foo 1 " + LARGE_BYTES + "\r\n" + large + "\r\n");
            subscriber.expect("HMSG foo 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
        }
    }

    /** Reads lines until one comes. */
    static void skipTo(RawClient client, String line) throws IOException {
        String read = client.line();
        while (!read.equals(line)) {
            assertThat(read).doesNotContain("<closed>");
            read = client.line();
        }
    }

    /** The options of a configuration, as {@link #start} takes them. */
    static Options options(Mode mode, String configuration) {
        OptionsBuilder options = new OptionsBuilder().host("127.0.0.1").port(-1).threading(mode);
        Configured.into(options, configuration);
        return options.conclude(2);
    }

    /** What to dial to reach a hub. */
    static String url(NatsServer hub) {
        return "nats-leaf://127.0.0.1:" + hub.leafPort();
    }
}
