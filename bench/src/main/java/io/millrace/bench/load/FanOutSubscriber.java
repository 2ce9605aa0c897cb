package io.millrace.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;

/**
 * A subscriber of a {@link FanOutLoad}.
 *
 * @param client its connection
 * @param check of what it gets
 */
record FanOutSubscriber(LoadClient client, DeliveryCheck check) {
    /** From here on a selector says when it has got something. */
    void attend(Selector selector) throws IOException {
        client.attend(selector, this);
    }

    /** Takes what it has got, in one read. */
    void take(ByteBuffer space) throws IOException {
        client.takeInto(space.clear());
        check.take(space);
    }

    long messages() {
        return check.messages();
    }

    void end(long expected) throws IOException {
        client.goOnWaiting();
        if (client.fence() > 0 || messages() != expected) {
            throw new IOException("a subscriber got more than the " + expected + " published");
        }
    }
}
