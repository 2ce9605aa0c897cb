package io.millrace.broker;

import io.millrace.broker.process.ServerSignal;
import io.millrace.broker.process.Signals;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the server under load for a few seconds, while the JVM records an AOT cache: which classes
 * it needs, and what the hot path does. Part of the build; not of a running server.
 *
 * <p>Each class of the cache costs every start some microseconds, needed or not. So what a start
 * and messages need is done here, and what can take its time when it is asked for, as the answers
 * of monitoring, is not.
 */
final class TrainingRun {
    private static final int MESSAGES = 400_000;
    private static final int REQUESTS = 10_000;
    private static final int KEPT = 2_000;
    private static final int BATCH = 200;

    private static final String THREADING = "--threading";

    /** Of each kind of value some. */
    private static final String CONFIGURATION =
            """
            # a configuration
            listen: 127.0.0.1:-1
            max_payload: 1MB
            max_pending: 64MB
            ping_interval: "2m"
            lame_duck_grace_period: "10s"
            authorization {
              users: [
                { user: joe, password: secret,
                  permissions: { publish: ">", subscribe: { allow: ">", deny: [ "$SYS.>" ] } } }
              ]
            }
            accounts {
              A { exports: [ { stream: "a.>" }, { service: "b.*", accounts: [ B ] } ] }
              B {
                imports: [ { stream: { account: A, subject: "a.>" }, prefix: "a" }
                           { service: { account: A, subject: "b.*" }, to: "c.$1" } ]
                mappings: { "d.*": [ { destination: "e.$1", weight: 50% } ] }
              }
            }
            """;

    private TrainingRun() {}

    public static void main(String[] args) throws IOException {
        int status;
        Path folder = Files.createTempDirectory("millrace-training");
        try {
            Path file = Files.writeString(folder.resolve("c.conf"), CONFIGURATION);
            status = run(file.toString(), folder.resolve("store").toString());
        } finally {
            delete(folder);
        }
        System.exit(status);
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.toList();
        }
        for (Path each : all.reversed()) {
            Files.delete(each);
        }
    }

    private static int run(String file, String store) {
        int status = run(TrainingRun::messages, "-t", "-c", file);
        if (status == 0) {
            status =
                    run(
                            TrainingRun::messages,
                            "-a",
                            "127.0.0.1",
                            "-p",
                            "-1",
                            "-m",
                            "-1",
                            "-l",
                            "/dev/null",
                            THREADING,
                            "dedicated");
        }
        if (status == 0) {
            status = run(TrainingRun::streams, "-a", "127.0.0.1", "-p", "-1", "-js", "-sd", store);
        }
        if (status == 0) {
            // Last, because it is what small machines run, which need it most; and with a log and
            // arguments as most servers have them.
            status = run(TrainingRun::messages, "-a", "127.0.0.1", "-p", "-1", THREADING, "inline");
        }
        return status;
    }

    private static int run(Load load, String... arguments) {
        return Main.run(arguments, server -> train(server, load));
    }

    /** What a server is to do. */
    private interface Load {
        void on(int port) throws IOException;
    }

    private static void train(NatsServer server, Load load) {
        Thread trainer =
                new Thread(
                        () -> {
                            try {
                                load.on(server.port());
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            } finally {
                                Signals.raise(ServerSignal.TERMINATE);
                            }
                        },
                        "millrace-trainer");
        trainer.start();
    }

    private static void messages(int port) throws IOException {
        flow(port, "train.a 1", "train.a", 16);
        flow(port, "train.> 1", "train.b.c", 128);
        flow(port, "train.* 1", "train.d", 1024);
        flow(port, "train.e group 1", "train.e", 128);
        requests(port);
    }

    /**
     * One publisher, one subscriber.
     *
     * @param interest what follows SUB
     */
    private static void flow(int port, String interest, String subject, int size)
            throws IOException {
        try (Peer subscriber = new Peer(port);
                Peer publisher = new Peer(port)) {
            subscriber.send("SUB " + interest + "\r\nPING\r\n");
            subscriber.skipTo("PONG\r\n");
            byte[] batch =
                    ("PUB " + subject + " " + size + "\r\n" + "x".repeat(size) + "\r\n")
                            .repeat(BATCH)
                            .getBytes(StandardCharsets.US_ASCII);
            long expected =
                    (long) MESSAGES * ("MSG " + subject + " 1 " + size + "\r\n\r\n").length()
                            + (long) MESSAGES * size;
            Thread writer =
                    new Thread(
                            () -> {
                                try {
                                    for (int i = 0; i < MESSAGES / BATCH; i++) {
                                        publisher.out.write(batch);
                                    }
                                } catch (IOException e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            writer.start();
            subscriber.skip(expected);
        }
    }

    /** Requests, one after the other, with replies to an inbox. */
    private static void requests(int port) throws IOException {
        try (Peer service = new Peer(port);
                Peer client = new Peer(port)) {
            service.send("SUB service workers 1\r\nPING\r\n");
            service.skipTo("PONG\r\n");
            client.send("SUB _INBOX.train.* 1\r\nPING\r\n");
            client.skipTo("PONG\r\n");
            for (int i = 0; i < REQUESTS; i++) {
                String inbox = "_INBOX.train." + (100_000 + i);
                client.send("PUB service " + inbox + " 2\r\nhi\r\n");
                service.skipTo("hi\r\n");
                service.send("PUB " + inbox + " 2\r\nho\r\n");
                client.skipTo("ho\r\n");
            }
        }
    }

    /** A stream and a consumer of each kind of storage, and one message after the other. */
    private static void streams(int port) throws IOException {
        try (Peer client = new Peer(port)) {
            client.send("SUB answer 1\r\nSUB pulled 2\r\nPING\r\n");
            client.skipTo("PONG\r\n");
            for (String storage : List.of("file", "memory")) {
                client.ask(
                        "$JS.API.STREAM.CREATE." + storage,
                        "{\"name\":\"%1$s\",\"subjects\":[\"%1$s.>\"],\"storage\":\"%1$s\"}"
                                .formatted(storage));
                client.ask(
                        "$JS.API.CONSUMER.CREATE." + storage + ".c",
                        """
                        {"stream_name":"%s","config":{"name":"c","ack_policy":"explicit"}}"""
                                .formatted(storage));
                for (int i = 0; i < KEPT; i++) {
                    client.ask(storage + ".new", "hi");
                    client.send(
                            "PUB $JS.API.CONSUMER.MSG.NEXT." + storage + ".c pulled 1\r\n1\r\n");
                    client.skipTo("$JS.ACK");
                    String to = "$JS.ACK" + client.word();
                    client.skipTo("hi\r\n");
                    client.ask(to, "+ACK");
                }
                client.ask("$JS.API.CONSUMER.INFO." + storage + ".c", "");
                client.ask("$JS.API.STREAM.INFO." + storage, "");
            }
        }
    }

    /** A client of the plainest kind. */
    private static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Peer(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            out = socket.getOutputStream();
            send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true}\r\nPING\r\n");
            skipTo("PONG\r\n");
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /** Waits for the answer. */
        void ask(String subject, String payload) throws IOException {
            send("PUB " + subject + " answer " + payload.length() + "\r\n" + payload + "\r\n");
            skipTo("MSG answer 1 ");
            skipTo("\r\n");
            skipTo("\r\n");
        }

        /** Up to the next blank. */
        String word() throws IOException {
            StringBuilder word = new StringBuilder();
            for (int b = in.read(); b != ' ' && b >= 0; b = in.read()) {
                word.append((char) b);
            }
            return word.toString();
        }

        void skipTo(String text) throws IOException {
            int matched = 0;
            while (matched < text.length()) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("closed by the server");
                }
                matched = b == text.charAt(matched) ? matched + 1 : b == text.charAt(0) ? 1 : 0;
            }
        }

        void skip(long bytes) throws IOException {
            in.skipNBytes(bytes);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
