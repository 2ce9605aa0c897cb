package io.millrace.broker.jetstream.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class FastReplyTest {
    private final FastReply reply = new FastReply();

    private FastReply.Kind read(String subject) {
        try (NativeText text = NativeText.of(subject)) {
            return reply.read(text.region(), text.offset(), text.length());
        }
    }

    @Test
    void shouldReadAReply() {
        String subject = "_INBOX.a.b.c0ffee.200.ok.17.1.$FI";
        try (NativeText text = NativeText.of(subject)) {
            assertThat(reply.read(text.region(), text.offset(), text.length()))
                    .isEqualTo(FastReply.Kind.FAST);
            assertThat(reply.operation()).isEqualTo(FastReply.Operation.APPEND);
            assertThat(reply.sequence()).isEqualTo(17);
            assertThat(reply.gapsAreFine()).isTrue();
            assertThat(reply.flow()).isEqualTo(200);
            assertThat(reply.commits()).isFalse();
            byte[] id = reply.region().bytes(reply.idOffset(), reply.idLength());
            assertThat(id).isEqualTo("c0ffee".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.id.0.fail.1.0.$FI, START, 1, 10",
        "a.id.x.fail.2.1.$FI, APPEND, 2, 10",
        "a.id.70000.fail.1.2.$FI, COMMIT, 1, 65535",
        "a.id.1.fail.2.3.$FI, COMMIT_END, 2, 1",
        "a.id.65535.fail.9223372036854775806.4.$FI, PING, 9223372036854775806, 65535",
        "..1.ok.1.0.$FI, START, 1, 1"
    })
    void shouldReadOperations(
            String subject, FastReply.Operation operation, long sequence, int flow) {
        assertThat(read(subject)).isEqualTo(FastReply.Kind.FAST);
        assertThat(reply.operation()).isEqualTo(operation);
        assertThat(reply.sequence()).isEqualTo(sequence);
        assertThat(reply.flow()).isEqualTo(flow);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id.10.ok.1.0.$FI",
                "a.$FI",
                "a.id.10.ok.1.5.$FI",
                "a.id.10.ok.1.-1.$FI",
                "a.id.10.ok.1.x.$FI",
                "a.id.10.ok.0.0.$FI",
                "a.id.10.ok.2.0.$FI",
                "a.id.10.ok.1.1.$FI",
                "a.id.10.ok.1.3.$FI",
                "a.id.10.OK.1.0.$FI",
                "a.id.10.maybe.1.0.$FI",
                "a.id.10.ok..0.$FI",
                "a.id.10.ok.18446744073709551615.1.$FI",
                "1.0.$FI",
                "ok.1.0.$FI",
                "x$.$FI"
            })
    void shouldFindItsReplyBroken(String subject) {
        assertThat(read(subject)).isEqualTo(FastReply.Kind.INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", ".$FI", "a.id.10.ok.1.0.$fi", "a.id.10.ok.1.0.$FI.", "$FI"})
    void shouldNotMindOtherReplies(String subject) {
        assertThat(read(subject)).isEqualTo(FastReply.Kind.OTHER);
    }
}
