package io.millrace.broker.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class MessageWriterTest {
    private static final int CASES = 20_000;

    private final Delivery delivery = new Delivery();

    @AfterEach
    void close() {
        delivery.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private String delivered(String command, String sid, boolean headers) {
        return new String(
                delivery.of(bytes(command), bytes(sid), headers), StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldTurnPublishedIntoMessage() {
        assertThat(delivered("PUB foo 5\r\nhello\r\n", "1", true))
                .isEqualTo("MSG foo 1 5\r\nhello\r\n");
        assertThat(delivered("PUB foo.bar reply 0\r\n\r\n", "42", true))
                .isEqualTo("MSG foo.bar 42 reply 0\r\n\r\n");
    }

    @Test
    void shouldWriteSizesAndBlanksOfItsOwnWhereTheClientsAreOdd() {
        assertThat(delivered("PUB  foo\t reply   005 \r\nhello\r\n", "1", true))
                .isEqualTo("MSG foo 1 reply 5\r\nhello\r\n");
        assertThat(delivered("hpub foo\t012   014\r\nNATS/1.0\r\n\r\nhi\r\n", "1", true))
                .isEqualTo("HMSG foo 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
    }

    @Test
    void shouldLeaveHeadersOutForThoseWhoDoNotUnderstandThem() {
        String command = "HPUB foo r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n";
        assertThat(delivered(command, "1", true))
                .isEqualTo("HMSG foo 1 r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
        assertThat(delivered(command, "1", false)).isEqualTo("MSG foo 1 r 2\r\nhi\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "123456", "1234567", "12345678", "a-sid-of-some-client", "\u00ff"})
    void shouldWriteSidsOfAnyLength(String sid) {
        assertThat(delivered("PUB foo 0\r\n\r\n", sid, true))
                .isEqualTo("MSG foo " + sid + " 0\r\n\r\n");
    }

    @Test
    void shouldTellRequesterThatNobodyListens() {
        assertThat(delivery.noResponders(bytes("inbox.1"), bytes("svc.a"), bytes("7")))
                .isEqualTo(
                        bytes(
                                "HMSG inbox.1 7 37 37\r\n"
                                        + "NATS/1.0 503\r\nNats-Subject: svc.a\r\n\r\n\r\n"));
    }

    @Test
    void shouldWriteWhatANaiveWriterWrites() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < CASES; i++) {
            String subject = word(random, random.nextInt(200) == 0 ? 3000 : 40);
            String reply = random.nextBoolean() ? word(random, 30) : "";
            String sid = word(random, 12);
            boolean understood = random.nextBoolean();
            String payload = "x".repeat(size(random));
            boolean withHeaders = random.nextBoolean();
            String headers = withHeaders ? "NATS/1.0\r\n" + word(random, 50) + ":v\r\n\r\n" : "";
            int size = headers.length() + payload.length();
            String arguments = " " + subject + (reply.isEmpty() ? "" : " " + reply);
            String command =
                    withHeaders
                            ? "HPUB" + arguments + " " + headers.length() + " " + size + "\r\n"
                            : "PUB" + arguments + " " + size + "\r\n";
            String expected = withHeaders && understood ? "HMSG " : "MSG ";
            expected += subject + " " + sid + " " + (reply.isEmpty() ? "" : reply + " ");
            expected +=
                    withHeaders && understood
                            ? headers.length() + " " + size + "\r\n" + headers + payload + "\r\n"
                            : payload.length() + "\r\n" + payload + "\r\n";
            assertThat(delivered(command + headers + payload + "\r\n", sid, understood))
                    .as("seed %d, case %d", seed, i)
                    .isEqualTo(expected);
        }
    }

    private static String word(Random random, int longest) {
        int length = 1 + random.nextInt(longest);
        StringBuilder word = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }

    /** Often around the sizes of chunks, where a message is split. */
    private static int size(Random random) {
        return switch (random.nextInt(40)) {
            case 0 -> ChunkPool.LARGE_BYTES - 100 + random.nextInt(200);
            case 1, 2, 3 -> ChunkPool.SMALL_BYTES - 100 + random.nextInt(200);
            default -> random.nextInt(300);
        };
    }
}
