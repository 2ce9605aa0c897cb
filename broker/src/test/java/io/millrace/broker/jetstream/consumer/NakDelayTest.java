package io.millrace.broker.jetstream.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

class NakDelayTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-NAK|NAK|-1",
                "'-NAK '|NAK|-1",
                "-NAK 1s|NAK|1000000000",
                "-NAK1m|NAK|60000000000",
                "'-NAK\t 150ms\r\n'|NAK|150000000",
                "-NAK -1s|NAK|0",
                "-NAK 7|NAK|-1",
                "-NAK soon|NAK|-1",
                "-NAK {\"delay\": 12}|NAK|12",
                "-NAK {\"Delay\": 12, \"more\": []}|NAK|12",
                "-NAK {\"delay\": -12}|NAK|0",
                "-NAK {}|NAK|0",
                "-NAK {\"delay\": \"1s\"}|NAK|-1",
                "-NAK {|NAK|-1",
                "''|ACK|",
                "+ACK|ACK|",
                "+OK|ACK|",
                "'+ACK '|OTHER|",
                "+NXT 5|NEXT|",
                "+WPI|PROGRESS|",
                "+WPI more|OTHER|",
                "+TERM|TERM|",
                "+TERM for good|TERM|",
                "+TER|OTHER|",
                "nonsense|OTHER|",
            })
    void shouldReadWhatWasSaid(String text, AckKind kind, Long delayNs) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock memory = NativeBlock.allocate(bytes.length + 9)) {
            memory.region().put(9, bytes);
            Bytes said = new Bytes().at(memory.region(), 9, bytes.length);
            assertThat(AckKind.of(said)).isEqualTo(kind);
            if (delayNs != null) {
                assertThat(NakDelay.of(said)).isEqualTo(delayNs);
            }
        }
    }
}
