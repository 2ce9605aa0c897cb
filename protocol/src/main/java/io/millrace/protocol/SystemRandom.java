package io.millrace.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Numbers that nobody can guess, from the system's source of them, for who needs a few at the start
 * of a server: {@link SecureRandom} takes them from the same place, but looks for somebody who does
 * so first, among all that the JVM knows of cryptography, and that takes longer than many another
 * part of the start. Where there is no such place, it is asked all the same. Not for sharing among
 * threads.
 */
public final class SystemRandom implements RandomGenerator {
    private static final Path DEVICE = Path.of("/dev/urandom");
    private static final int BYTES_AT_ONCE = 64;

    private final Path device;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /** Asks for nothing yet. */
    public SystemRandom() {
        this(DEVICE);
    }

    SystemRandom(Path device) {
        this.device = device;
    }

    @Override
    public long nextLong() {
        if (!bytes.hasRemaining()) {
            bytes = ByteBuffer.wrap(read());
        }
        return bytes.getLong();
    }

    private byte[] read() {
        try (InputStream in = Files.newInputStream(device)) {
            byte[] read = in.readNBytes(BYTES_AT_ONCE);
            if (read.length == BYTES_AT_ONCE) {
                return read;
            }
        } catch (IOException e) {
            // It isn't there, on another system or for this process.
        }
        byte[] asked = new byte[BYTES_AT_ONCE];
        new SecureRandom().nextBytes(asked);
        return asked;
    }
}
