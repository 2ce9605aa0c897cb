package io.millrace.broker.connection;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * The keys that a WebSocket's frames are masked with: nobody may foresee them, lest somebody makes
 * us write bytes of his choice; RFC 6455, 10.3. Belongs to the connection's I/O loop.
 */
final class MaskKeys {
    /** So many are drawn at once. */
    private static final int DRAWN = 64;

    private final SecureRandom random = new SecureRandom();
    private final ByteBuffer drawn = ByteBuffer.allocate(DRAWN * Integer.BYTES).flip();

    /** Another one. */
    int next() {
        if (!drawn.hasRemaining()) {
            random.nextBytes(drawn.array());
            drawn.clear();
        }
        return drawn.getInt();
    }
}
