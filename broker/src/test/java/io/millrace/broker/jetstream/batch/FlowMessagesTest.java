package io.millrace.broker.jetstream.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

class FlowMessagesTest {
    @Test
    void shouldSayItAsTheReference() {
        assertThat(text(FlowMessages.ack(0, 500)))
                .isEqualTo("{\"type\":\"ack\",\"seq\":0,\"msgs\":500}");
        assertThat(text(FlowMessages.gap(2, 5)))
                .isEqualTo("{\"type\":\"gap\",\"last_seq\":2,\"seq\":5}");
        assertThat(text(FlowMessages.error(3, 400, 10071, "wrong last sequence: \"7\"")))
                .isEqualTo(
                        "{\"type\":\"err\",\"seq\":3,\"error\":{\"code\":400,\"err_code\":10071,"
                                + "\"description\":\"wrong last sequence: \\\"7\\\"\"}}");
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
