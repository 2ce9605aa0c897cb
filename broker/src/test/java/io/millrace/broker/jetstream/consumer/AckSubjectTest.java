package io.millrace.broker.jetstream.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class AckSubjectTest {
    private static String read(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (NativeBlock memory = NativeBlock.allocate(bytes.length + 5)) {
            memory.region().put(5, bytes);
            AckSubject ack = new AckSubject();
            if (!ack.moveTo(memory.region(), 5, bytes.length)) {
                return "none";
            }
            Bytes part = new Bytes();
            String stream = part.at(ack.region(), ack.streamOffset(), ack.streamLength()).utf8();
            String consumer =
                    part.at(ack.region(), ack.consumerOffset(), ack.consumerLength()).utf8();
            return String.join(
                    " ",
                    stream,
                    consumer,
                    String.valueOf(ack.deliveries()),
                    String.valueOf(ack.sequence()),
                    String.valueOf(ack.delivery()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "$JS.ACK.S.C.1.2.3.4.5,S C 1 2 3",
        "$JS.ACK._.ACC.S.C.1.2.3.4.5,S C 1 2 3",
        "$JS.ACK.hub.ACC.S.C.1.2.3.4.5.token,S C 1 2 3",
        "$JS.ACK.hub.ACC.S.C.1.2.3.4.5.a.b,S C 1 2 3",
        "$JS.ACK.S.C.9223372036854775807.2.3.4.5,S C 9223372036854775807 2 3",
        "$JS.ACK.S.C.9223372036854775808.2.3.4.5,S C -1 2 3",
        "$JS.ACK.S.C.x.-2..4.5,S C -1 -1 -1",
        "$JS.ACK.Ströme.Ü.1.2.3.4.5,Ströme Ü 1 2 3",
    })
    void shouldReadBothForms(String text, String expected) {
        assertThat(read(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$JS.ACK.",
                "$JS.ACK",
                "$JS.ACK.S",
                "$JS.ACK.S.C.1.2.3.4",
                "$JS.ACK.S.C.1.2.3.4.5.6",
                "$JS.AC.S.C.1.2.3.4.5",
                "$JS.ACK._.A.S.C.1.2.3.4.5.a.b.c.d.e.f"
            })
    void shouldKnowWhatIsNone(String text) {
        assertThat(read(text)).isEqualTo("none");
    }

    @Test
    void shouldReadWhatRepliesSay() {
        Random random = new Random(1);
        try (AckReply reply = new AckReply()) {
            for (int i = 0; i < 2_000; i++) {
                byte[] prefix = AckReply.prefix("S" + i % 3, "C" + i % 7);
                long[] numbers = random.longs(5).map(n -> n >>> 1 + random.nextInt(63)).toArray();
                String text =
                        reply.write(
                                        prefix,
                                        numbers[0],
                                        numbers[1],
                                        numbers[2],
                                        numbers[3],
                                        numbers[4])
                                .text();
                assertThat(text)
                        .isEqualTo(
                                "$JS.ACK.S%d.C%d.%d.%d.%d.%d.%d",
                                i % 3,
                                i % 7,
                                numbers[0],
                                numbers[1],
                                numbers[2],
                                numbers[3],
                                numbers[4]);
                assertThat(read(text))
                        .isEqualTo(
                                "S%d C%d %d %d %d",
                                i % 3, i % 7, numbers[0], numbers[1], numbers[2]);
            }
        }
    }

    @Test
    void shouldBearGarbage() {
        Random random = new Random(2);
        String alphabet = "$JS.ACK.S.C.1.2.3.4.5......99";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "$JS.ACK." : "");
            for (int j = random.nextInt(30); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(read(text.toString())).isNotEmpty();
        }
    }
}
