package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;

/** What a consumer delivers is counted, checked and acknowledged, however it is cut into reads. */
class DeliveriesTest {
    private static final String HEARTBEAT =
            "HMSG _INBOX.a 1 39 39\r\nNATS/1.0 100 Idle Heartbeat\r\nA: bcd\r\n\r\n\r\n";
    private static final String FLOW_CONTROL =
            "HMSG _INBOX.a 1 $JS.FC.B.C.x 42 42\r\n"
                    + "NATS/1.0 100 FlowControl Request\r\nA: b\r\n\r\n\r\n";
    private static final String WITH_HEADERS =
            "HMSG b.1 1 $JS.ACK.B.C.1.9.4.99.0 20 23\r\nNATS/1.0\r\nA: bcd\r\n\r\nxyz\r\n";

    @Test
    void shouldAcknowledgeAndAnswerHoweverItIsCut() throws IOException {
        String all = message(1) + HEARTBEAT + "PING\r\n" + message(2) + FLOW_CONTROL + message(3);
        all += WITH_HEADERS;
        for (int piece = 1; piece <= all.length(); piece++) {
            Pieces channel = new Pieces(all, piece);
            Deliveries deliveries = deliveries(channel, true);
            for (int i = 0; i < 4; i++) {
                deliveries.take();
            }
            deliveries.flush();
            assertThat(deliveries.messages()).as("pieces of %d", piece).isEqualTo(4);
            assertThat(channel.sent())
                    .as("pieces of %d", piece)
                    .contains("PONG\r\n")
                    .contains("PUB $JS.ACK.B.C.1.71.1.99.5 4\r\n+ACK\r\n")
                    .contains("PUB $JS.FC.B.C.x 0\r\n\r\n")
                    .endsWith("PUB $JS.ACK.B.C.1.9.4.99.0 4\r\n+ACK\r\n");
        }
    }

    @Test
    void shouldAcknowledgeNothingUnlessAsked() throws IOException {
        Pieces channel = new Pieces(message(1), 7);
        Deliveries deliveries = deliveries(channel, false);
        deliveries.take();
        deliveries.flush();
        assertThat(channel.sent()).doesNotContain("ACK");
    }

    @Test
    void shouldFailWhenAMessageIsMissingOrComesTwice() throws IOException {
        Deliveries missing = deliveries(new Pieces(message(2), 100), true);
        assertThatThrownBy(missing::take)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("number 1 with 3 bytes is to come, but MSG");
        Deliveries twice = deliveries(new Pieces(message(1) + message(1), 100), true);
        twice.take();
        assertThatThrownBy(twice::take).hasMessageContaining("number 2");
        twice = deliveries(new Pieces(message(1) + message(1), 100), true);
        twice.take();
        twice.startOver();
        twice.take();
        assertThat(twice.messages()).isEqualTo(1);
    }

    @Test
    void shouldFailWithWhatTheServerSaysInstead() throws IOException {
        String refused = "HMSG _INBOX.a 1 28 28\r\nNATS/1.0 408 Timed Out!!\r\n\r\n\r\n";
        assertThatThrownBy(() -> deliveries(new Pieces(refused, 100), true).take())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("408 Timed Out");
        assertThatThrownBy(() -> deliveries(new Pieces("-ERR 'Slow'\r\n", 100), true).take())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("-ERR 'Slow'");
    }

    private static String message(int sequence) {
        return "MSG b.1 1 $JS.ACK.B.C.1.7%d.%d.99.5 3\r\nabc\r\n".formatted(sequence, sequence);
    }

    private static Deliveries deliveries(Pieces channel, boolean acking) throws IOException {
        return new Deliveries(new LoadClient(channel, "user", "password"), 3, acking);
    }

    /** A server that says so much at a time, after its greeting. */
    private static final class Pieces implements ByteChannel {
        private final ByteBuffer left;
        private final int piece;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

        Pieces(String text, int piece) {
            left = ByteBuffer.wrap(("PONG\r\n" + text).getBytes(StandardCharsets.ISO_8859_1));
            this.piece = piece;
        }

        String sent() {
            return sent.toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            if (!left.hasRemaining()) {
                throw new EOFException("nothing is left");
            }
            int count = Math.min(piece, Math.min(into.remaining(), left.remaining()));
            into.put(left.slice(left.position(), count));
            left.position(left.position() + count);
            return count;
        }

        @Override
        public int write(ByteBuffer from) {
            int count = from.remaining();
            while (from.hasRemaining()) {
                sent.write(from.get());
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }
}
