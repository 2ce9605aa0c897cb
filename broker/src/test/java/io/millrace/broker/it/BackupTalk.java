package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that makes backups of streams and restores them, of whatever server. */
final class BackupTalk implements AutoCloseable {
    private static final String API = "$JS.API.STREAM.";
    private static final Pattern CONFIG = Pattern.compile("\"config\":(\\{.*}),\"state\":");
    private static final Pattern INBOX = Pattern.compile("\"deliver_subject\":\"([^\"]+)\"");
    private static final int CHUNK_BYTES = 4096;

    private final RawClient client;

    BackupTalk(int port) throws IOException {
        client = RawClient.connected(port);
        client.send("SUB answer 1\r\nSUB chunks 2\r\n");
        client.fence();
    }

    /**
     * A backup.
     *
     * @param config of the stream, as its answer says
     */
    record Made(String config, byte[] bytes) {}

    RawClient client() {
        return client;
    }

    String ask(String subject, byte[] payload) throws IOException {
        // In one go: in parts, each but the first would wait for the one before to be acknowledged.
        String command = "PUB " + subject + " answer " + payload.length + "\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(command.getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(payload);
        all.writeBytes(new byte[] {'\r', '\n'});
        client.send(all.toByteArray());
        return RawMessage.read(client).payload();
    }

    String ask(String request, String payload) throws IOException {
        return ask(API + request, payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Takes a backup, chunk by chunk. */
    Made backup(String stream) throws IOException {
        String request = "{\"deliver_subject\":\"chunks\",\"chunk_size\":" + CHUNK_BYTES + "}";
        String answer = ask("SNAPSHOT." + stream, request);
        Matcher config = CONFIG.matcher(answer);
        assertThat(config.find()).as(answer).isTrue();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        RawMessage chunk = RawMessage.read(client);
        while (!chunk.payload().isEmpty()) {
            byte[] bytes = chunk.payload().getBytes(StandardCharsets.ISO_8859_1);
            assertThat(bytes.length).isLessThanOrEqualTo(CHUNK_BYTES);
            all.writeBytes(bytes);
            if (!chunk.reply().isEmpty()) {
                client.send("PUB " + chunk.reply() + " 0\r\n\r\n");
            }
            chunk = RawMessage.read(client);
        }
        assertThat(chunk.headers()).isIn("", "NATS/1.0 204\r\n\r\n");
        return new Made(config.group(1), all.toByteArray());
    }

    /** Where a backup is awaited. */
    String begin(String stream, String config) throws IOException {
        String answer = ask("RESTORE." + stream, "{\"config\":" + config + ",\"state\":{}}");
        Matcher inbox = INBOX.matcher(answer);
        assertThat(inbox.find()).as(answer).isTrue();
        return inbox.group(1);
    }

    /** Restores a stream; what is said at last. */
    String restore(String stream, Made made) throws IOException {
        String inbox = begin(stream, made.config);
        for (int at = 0; at < made.bytes.length; at += CHUNK_BYTES) {
            int end = Math.min(made.bytes.length, at + CHUNK_BYTES);
            String answer = ask(inbox, Arrays.copyOfRange(made.bytes, at, end));
            if (!answer.isEmpty()) {
                return answer;
            }
        }
        return ask(inbox, new byte[0]);
    }

    /** What is said of each sequence. */
    List<String> messages(String stream, int last) throws IOException {
        List<String> all = new ArrayList<>();
        for (int sequence = 1; sequence <= last; sequence++) {
            all.add(ask("MSG.GET." + stream, "{\"seq\":" + sequence + "}"));
        }
        return all;
    }

    /**
     * What a stream has, but for the time of its last message: where that one is gone, no backup
     * says when it came.
     */
    String state(String stream) throws IOException {
        String info = ask("INFO." + stream, "{\"deleted_details\":true,\"subjects_filter\":\">\"}");
        int from = info.indexOf("\"state\"");
        return info.substring(from, info.indexOf("\"consumer_count\"", from))
                .replaceAll("\"last_ts\":\"[^\"]+\",", "");
    }

    /** Makes a stream with a bit of everything; how many sequences it has. */
    int fill(String stream) throws IOException {
        String subject = stream.toLowerCase(Locale.ROOT) + '.';
        String answer =
                ask(
                        "CREATE." + stream,
                        "{\"name\":\"%s\",\"subjects\":[\"%s>\"],\"max_bytes\":100000000}"
                                .formatted(stream, subject));
        assertThat(answer).contains("\"did_create\":true");
        int count = 60;
        for (int i = 1; i <= count; i++) {
            String headers = "NATS/1.0\r\nN: " + i + "\r\n\r\n";
            String payload = ("payload " + i * 7919 + ' ').repeat(i % 7 * 50);
            client.send(
                    "HPUB %s%d answer %d %d\r\n%s%s\r\n"
                            .formatted(
                                    subject,
                                    i % 9,
                                    headers.length(),
                                    headers.length() + payload.length(),
                                    headers,
                                    payload));
            assertThat(RawMessage.read(client).payload()).contains("\"seq\":" + i);
        }
        ask("PURGE." + stream, "{\"seq\":4}");
        for (int gone : new int[] {4, 9, 10, 11, 30, count}) {
            boolean erase = gone % 2 == 0;
            ask("MSG.DELETE." + stream, "{\"seq\":" + gone + ",\"no_erase\":" + !erase + "}");
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
