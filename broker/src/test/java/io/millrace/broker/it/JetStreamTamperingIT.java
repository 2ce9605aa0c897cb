package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;

/**
 * An encrypted store that somebody has written to meanwhile: the server says where, serves what is
 * whole, and never anything that wasn't published; as with a store that isn't encrypted.
 */
@DisabledOnOs(OS.WINDOWS)
@Tag("thorough")
@Timeout(180)
class JetStreamTamperingIT {
    private static final int MESSAGES = 300;
    private static final String PADDING = "x".repeat(1_300);

    @TempDir private Path folder;

    private String[] arguments(String encryption) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("c.conf"),
                        "jetstream { store_dir: '%s', %s }\n"
                                .formatted(folder.resolve("store"), encryption));
        return new String[] {"-c", config.toString()};
    }

    private Path store() {
        return folder.resolve("store").resolve("jetstream");
    }

    private static String payload(int number) {
        return "number " + number + ' ' + PADDING;
    }

    private void fill(StreamClient client) throws Exception {
        client.create("S", "\"subjects\":[\"s\"],\"allow_direct\":true");
        client.create("OTHER", "\"subjects\":[\"other\"],\"allow_direct\":true");
        assertThat(client.publish("other", payload(1))).contains("\"seq\":1");
        for (int i = 1; i < MESSAGES; i++) {
            String payload = payload(i);
            client.raw().send("PUB s %d\r\n%s\r\n".formatted(payload.length(), payload));
        }
        assertThat(client.publish("s", payload(MESSAGES))).contains("\"seq\":" + MESSAGES);
        // What is in front of these isn't taken for a tail that a crash has torn.
        assertThat(client.publish("other", "second")).contains("\"seq\":2");
        assertThat(client.publish("other", "third")).contains("\"seq\":3");
    }

    /** The largest file of a part of the store. */
    private Path file(String part) throws Exception {
        try (Stream<Path> paths = Files.walk(store().resolve(part))) {
            return paths.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(each -> each.toFile().length()))
                    .orElseThrow();
        }
    }

    /** Changes a byte between two places of a file. */
    private static void flip(Path file, long from, long to, Random random) throws Exception {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = from + random.nextLong(to - from);
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThat(channel.read(one, at)).isEqualTo(1);
            one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8)));
            assertThat(channel.write(one.flip(), at)).isEqualTo(1);
        }
    }

    /** How many messages can't be had any more; the others are as they were. */
    private static int missing(StreamClient client) {
        int missing = 0;
        for (int i = 1; i <= MESSAGES; i++) {
            String answer = client.request("$JS.API.DIRECT.GET.S", "{\"seq\":" + i + '}');
            if (answer.startsWith("NATS/1.0 404")) {
                missing++;
            } else {
                assertThat(answer).endsWith("\r\n\r\n" + payload(i)).contains("Nats-Subject: s\r");
            }
        }
        assertThat(client.request("$JS.API.DIRECT.GET.OTHER", "{\"seq\":1}"))
                .endsWith("\r\n\r\n" + payload(1));
        return missing;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key: s3cret|log|KILL|JetStream: the log is damaged from",
                "max_mem: 1G|log|KILL|JetStream: the log is damaged from",
                "key: s3cret|checkpoints|TERM|JetStream: checkpoint",
                "max_mem: 1G|checkpoints|TERM|JetStream: checkpoint",
            })
    void shouldServeOnlyWhatIsWhole(String encryption, String part, String end, String words)
            throws Exception {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        try (ServerProcess server = ServerProcess.ready(folder, arguments(encryption));
                StreamClient client = StreamClient.connect(server.port())) {
            fill(client);
            server.signal(end);
            server.awaitExit();
        }
        Path damaged = file(part);
        long length = Math.min(MESSAGES * (long) PADDING.length(), Files.size(damaged));
        // Not in the heads of files.
        for (int i = 0; i < 3; i++) {
            flip(damaged, Math.min(length / 4, 8192), length * 3 / 4, random);
        }
        try (ServerProcess server = ServerProcess.ready(folder, arguments(encryption));
                StreamClient client = StreamClient.connect(server.port())) {
            int missing = missing(client);
            String told = server.errors();
            assertThat(told).as("seed %d", seed).contains(words).doesNotContain("s3cret");
            assertThat(missing).as("seed %d", seed).isLessThan(MESSAGES);
            assertThat(client.publish("s", "more")).contains("\"seq\":");
        }
    }

    @ParameterizedTest
    @CsvSource({"\"chacha\",\"chachb\",is damaged", "\"key\": \"????,\"key\": \"0000,another key"})
    void shouldNotStartWithAnotherKeyFile(String from, String to, String words) throws Exception {
        String key = "key: s3cret";
        try (ServerProcess server = ServerProcess.ready(folder, arguments(key));
                StreamClient client = StreamClient.connect(server.port())) {
            fill(client);
            server.signal("TERM");
            server.awaitExit();
        }
        Path file = store().resolve("store.key");
        String before = Files.readString(file, StandardCharsets.US_ASCII);
        Files.writeString(file, before.replaceFirst(from.replace('?', '.'), to));
        try (ServerProcess server = new ServerProcess(folder, arguments("key: s3cret"))) {
            assertThat(server.awaitExit()).isEqualTo(1);
            assertThat(server.errors()).contains(words).doesNotContain("s3cret", "Exception");
        }
        Files.writeString(file, before);
        try (ServerProcess server = ServerProcess.ready(folder, arguments(key));
                StreamClient client = StreamClient.connect(server.port())) {
            assertThat(missing(client)).isZero();
        }
    }
}
