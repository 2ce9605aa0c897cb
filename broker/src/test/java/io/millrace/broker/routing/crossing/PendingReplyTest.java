package io.millrace.broker.routing.crossing;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;

class PendingReplyTest {
    @Test
    void shouldNotKeepALongReplySubjectForTheNextRequest() {
        try (NativeBlock memory = NativeBlock.allocate(4_000)) {
            PendingReply request = new PendingReply(0);
            int spare = request.bytes();
            request.reply(memory.region(), 0, 4_000);
            assertThat(request.bytes()).isGreaterThan(4_000);
            request.clear();
            assertThat(request.bytes()).isEqualTo(spare);
        }
    }
}
