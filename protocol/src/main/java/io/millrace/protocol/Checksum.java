package io.millrace.protocol;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C of what stands in one region; makes no garbage. One thread's, and as long-lived as the
 * region's memory.
 *
 * <p>Not for memory that a file is mapped to: the JVM doesn't survive a read that fails in here.
 */
public final class Checksum {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer bytes;

    /** Makes one that reads this region. */
    public Checksum(Region region) {
        bytes = region.buffer(0, region.length());
    }

    /**
     * The checksum of {@code length} bytes.
     *
     * @throws IllegalArgumentException if they aren't within the region as a whole
     */
    public int of(int offset, int length) {
        bytes.limit(offset + length).position(offset);
        crc.reset();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
