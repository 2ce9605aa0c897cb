package io.millrace.broker.it;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.OptionsBuilder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** A server with streams and a client of it that asks one thing after the other. */
final class StreamTalk implements AutoCloseable {
    static final String API = "$JS.API.";

    private static final Pattern TIME =
            Pattern.compile("[1-9]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");

    private final NatsServer server;
    private final RawClient client;

    StreamTalk(Mode mode, Path store) throws IOException {
        this(mode, store, options -> {});
    }

    StreamTalk(Mode mode, Path store, Consumer<OptionsBuilder> change) throws IOException {
        server =
                Modes.start(
                        mode,
                        options ->
                                change.accept(options.jetStream(true).storeDir(store.toString())));
        client = RawClient.connected(server);
        client.send("SUB answer 1\r\n");
        client.fence();
    }

    NatsServer server() {
        return server;
    }

    RawClient client() {
        return client;
    }

    /** What answers a message. */
    RawMessage ask(String subject, String payload) throws IOException {
        client.send("PUB " + subject + " answer " + payload.length() + "\r\n" + payload + "\r\n");
        return RawMessage.read(client);
    }

    /** What answers one with these headers. */
    RawMessage ask(String subject, String headers, String payload) throws IOException {
        int length = headers.length();
        client.send(
                "HPUB %s answer %d %d\r\n%s%s\r\n"
                        .formatted(subject, length, length + payload.length(), headers, payload));
        return RawMessage.read(client);
    }

    /** What the API answers; {@code TIME} stands for times, {@code ID} for the server. */
    String api(String request, String payload) throws IOException {
        return masked(ask(API + request, payload).payload());
    }

    String masked(String answer) {
        return TIME.matcher(answer).replaceAll("TIME").replace(server.id(), "ID");
    }

    /** Makes a stream of this name. */
    void create(String name, String more) throws IOException {
        String answer = api("STREAM.CREATE." + name, "{\"name\":\"" + name + "\"" + more + "}");
        if (!answer.endsWith("\"did_create\":true}")) {
            throw new AssertionError(answer);
        }
    }

    /** The header block with these lines. */
    static String headers(String... lines) {
        return "NATS/1.0\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** As the bytes of UTF-8 are sent: one character each. */
    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
