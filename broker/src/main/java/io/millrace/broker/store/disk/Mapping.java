package io.millrace.broker.store.disk;

import io.millrace.protocol.Region;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;

/** The first bytes of a file as memory that can be read, until it is closed. */
final class Mapping implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Region region;

    Mapping(FileChannel channel, int bytes) throws IOException {
        try {
            region = Region.of(channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    Region region() {
        return region;
    }

    @Override
    public void close() {
        region.forget();
        arena.close();
    }
}
