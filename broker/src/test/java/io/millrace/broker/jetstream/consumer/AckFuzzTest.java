package io.millrace.broker.jetstream.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.NativeBlock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Whatever is said of a message, on whatever subject, is understood as the simplest way to read it
 * understands it. {@code JAZZER_FUZZ=1} fuzzes; without the variable the seeds run.
 */
class AckFuzzTest {
    private static final byte[] AROUND = ".7}".getBytes(StandardCharsets.US_ASCII);
    private static final int NUMBERS = 5;

    private static NativeBlock around(byte[] bytes) {
        NativeBlock block = NativeBlock.allocate(bytes.length + 2 * AROUND.length);
        block.region().put(0, AROUND);
        block.region().put(AROUND.length, bytes);
        block.region().put(AROUND.length + bytes.length, AROUND);
        return block;
    }

    @FuzzTest(maxExecutions = 5_000_000, maxDuration = "10m")
    void shouldUnderstandWhateverIsSaid(byte[] input) {
        try (NativeBlock block = around(input)) {
            Bytes said = new Bytes().at(block.region(), AROUND.length, input.length);
            AckKind kind = AckKind.of(said);
            assertThat(kind).isEqualTo(naiveKind(said.text()));
            if (!said.isEmpty() && kind != AckKind.OTHER && !said.text().equals("+OK")) {
                assertThat(kind.wordBytes()).isBetween(0, input.length);
            }
            if (kind == AckKind.NAK) {
                assertThat(NakDelay.of(said)).isGreaterThanOrEqualTo(NakDelay.NONE);
            }
        }
    }

    private static AckKind naiveKind(String said) {
        return switch (said) {
            case "", "+ACK", "+OK" -> AckKind.ACK;
            case "+WPI" -> AckKind.PROGRESS;
            default -> {
                if (said.startsWith("+NXT")) {
                    yield AckKind.NEXT;
                }
                if (said.startsWith("-NAK")) {
                    yield AckKind.NAK;
                }
                yield said.startsWith("+TERM") ? AckKind.TERM : AckKind.OTHER;
            }
        };
    }

    @FuzzTest(maxExecutions = 5_000_000, maxDuration = "10m")
    void shouldReadAnySubject(byte[] input) {
        checkSubject(input);
        byte[] prefix = AckSubject.PREFIX.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(prefix, prefix.length + input.length);
        System.arraycopy(input, 0, whole, prefix.length, input.length);
        checkSubject(whole);
    }

    private static void checkSubject(byte[] subject) {
        String text = new String(subject, StandardCharsets.ISO_8859_1);
        boolean begins = text.startsWith(AckSubject.PREFIX) && !text.equals(AckSubject.PREFIX);
        String[] words =
                begins
                        ? text.substring(AckSubject.PREFIX.length()).split("\\.", -1)
                        : new String[0];
        boolean isOne = words.length == 7 || words.length >= 9 && words.length <= 12;
        try (NativeBlock block = around(subject)) {
            AckSubject ack = new AckSubject();
            assertThat(ack.moveTo(block.region(), AROUND.length, subject.length)).isEqualTo(isOne);
            if (!isOne) {
                return;
            }
            int stream = words.length == 7 ? 0 : 2;
            Bytes part = new Bytes().at(ack.region(), ack.streamOffset(), ack.streamLength());
            assertThat(part.text()).isEqualTo(words[stream]);
            part.at(ack.region(), ack.consumerOffset(), ack.consumerLength());
            assertThat(part.text()).isEqualTo(words[stream + 1]);
            assertThat(ack.deliveries()).isEqualTo(naiveNumber(words[stream + 2]));
            assertThat(ack.sequence()).isEqualTo(naiveNumber(words[stream + 3]));
            assertThat(ack.delivery()).isEqualTo(naiveNumber(words[stream + 4]));
        }
    }

    private static long naiveNumber(String word) {
        try {
            return word.matches("[0-9]+") ? Long.parseLong(word) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** An input is five numbers, and what is made two names of. */
    @FuzzTest(maxExecutions = 5_000_000, maxDuration = "10m")
    void shouldReadWhatItHasWritten(byte[] input) {
        if (input.length < NUMBERS * Long.BYTES) {
            return;
        }
        ByteBuffer from = ByteBuffer.wrap(input);
        long[] numbers = new long[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            numbers[i] = from.getLong() & Long.MAX_VALUE;
        }
        String names =
                StandardCharsets.UTF_8.decode(from).toString().replaceAll("[.*>\\s\\x00/\\\\]", "");
        // As long as they may be.
        int half = Math.min(names.length() / 2, 255);
        String stream = 'S' + names.substring(0, half);
        String consumer = 'C' + names.substring(half, 2 * half);
        try (AckReply reply = new AckReply()) {
            Bytes written =
                    reply.write(
                            AckReply.prefix(stream, consumer),
                            numbers[0],
                            numbers[1],
                            numbers[2],
                            numbers[3],
                            numbers[4]);
            AckSubject ack = new AckSubject();
            assertThat(ack.moveTo(written.region(), written.offset(), written.length())).isTrue();
            Bytes part = new Bytes().at(ack.region(), ack.streamOffset(), ack.streamLength());
            assertThat(part.copy()).isEqualTo(stream.getBytes(StandardCharsets.UTF_8));
            part.at(ack.region(), ack.consumerOffset(), ack.consumerLength());
            assertThat(part.copy()).isEqualTo(consumer.getBytes(StandardCharsets.UTF_8));
            assertThat(ack.deliveries()).isEqualTo(numbers[0]);
            assertThat(ack.sequence()).isEqualTo(numbers[1]);
            assertThat(ack.delivery()).isEqualTo(numbers[2]);
            assertThat(written.text()).endsWith("." + numbers[3] + '.' + numbers[4]);
        }
    }
}
