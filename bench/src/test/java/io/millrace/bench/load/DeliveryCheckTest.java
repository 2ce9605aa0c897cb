package io.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a subscriber of the fan-out gets is counted and checked, however it is cut into reads. */
class DeliveryCheckTest {
    private static final String LINE = "MSG bench.000007 1 16\r\n";
    private static final String PING = "PING\r\n";
    private static final int NUMBERS = 3;

    private final DeliveryCheck check = new DeliveryCheck(LINE, 16, NUMBERS);

    @Test
    void shouldCountMessagesHoweverTheyAreCut() throws IOException {
        String all = messages(0, 1, 2, 0, 1);
        for (int piece = 1; piece <= all.length(); piece++) {
            DeliveryCheck anew = new DeliveryCheck(LINE, 16, NUMBERS);
            takeInPieces(anew, all, piece);
            assertThat(anew.messages()).as("pieces of %d", piece).isEqualTo(5);
        }
    }

    @Test
    void shouldNotCountPingsHoweverTheyAreCut() throws IOException {
        String all = PING + messages(0, 1) + PING + PING + messages(2, 0) + PING;
        for (int piece = 1; piece <= all.length(); piece++) {
            DeliveryCheck anew = new DeliveryCheck(LINE, 16, NUMBERS);
            takeInPieces(anew, all, piece);
            assertThat(anew.messages()).as("pieces of %d", piece).isEqualTo(4);
        }
    }

    @Test
    void shouldNotCountAMessageBeforeItsLastByte() throws IOException {
        String all = messages(0, 1);
        take(check, all.substring(0, all.length() - 1));
        assertThat(check.messages()).isEqualTo(1);
        take(check, all.substring(all.length() - 1));
        assertThat(check.messages()).isEqualTo(2);
    }

    @Test
    void shouldFailWhenAMessageIsMissing() {
        assertThatThrownBy(() -> take(check, messages(0, 2)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("message 2 instead of 1");
    }

    @Test
    void shouldFailWhenAMessageComesTwice() throws IOException {
        take(check, messages(0, 1));
        assertThatThrownBy(() -> take(check, messages(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("message 1 instead of 2");
    }

    @Test
    void shouldFailWhenTheMessageIsOfAnotherSubject() {
        assertThatThrownBy(() -> take(check, messages(0).replace("000007", "000008")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("MSG bench.000008 1 16");
    }

    @Test
    void shouldFailWithWhatTheServerSaysInstead() throws IOException {
        take(check, messages(0));
        assertThatThrownBy(() -> take(check, "-ERR 'Slow Consumer'\r\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("-ERR 'Slow Consumer'");
    }

    private static String messages(int... numbers) {
        StringBuilder all = new StringBuilder();
        for (int number : numbers) {
            all.append(LINE).append("\0\0\0\0\0\0\0").append((char) number).append("payload.\r\n");
        }
        return all.toString();
    }

    private static void takeInPieces(DeliveryCheck check, String all, int piece)
            throws IOException {
        for (int from = 0; from < all.length(); from += piece) {
            take(check, all.substring(from, Math.min(all.length(), from + piece)));
        }
    }

    private static void take(DeliveryCheck check, String read) throws IOException {
        byte[] bytes = read.getBytes(StandardCharsets.ISO_8859_1);
        check.take(ByteBuffer.allocate(bytes.length).put(bytes));
    }
}
