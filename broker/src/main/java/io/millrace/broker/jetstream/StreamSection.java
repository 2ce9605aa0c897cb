package io.millrace.broker.jetstream;

import io.millrace.broker.store.Sink;
import io.millrace.broker.store.Source;
import io.millrace.protocol.NativeBlock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a checkpoint says of a file stream. Shard thread. */
final class StreamSection {
    /** A configuration isn't longer. */
    private static final int MAX_TEXT_BYTES = 16 * 1024 * 1024;

    private StreamSection() {}

    static void write(StreamHandle handle, Sink out) throws IOException {
        put(out, handle.tenant.account.getBytes(StandardCharsets.UTF_8));
        put(out, StoredConfig.write(handle.stream().config()));
        out.putLong(handle.stream().createdNs());
        // The sign says that it is being restored: sequences are never negative.
        out.putLong(handle.isRestoring() ? -handle.flushedTo : handle.flushedTo);
        handle.stream().write(out);
        handle.fileRecords().blocks().write(out);
        writeConsumers(handle.consumers(), out);
        handle.stream().origins().write(out);
    }

    private static void writeConsumers(Consumers consumers, Sink out) throws IOException {
        out.putInt(consumers.nextNumber());
        for (ConsumerHandle each : consumers.all()) {
            if (each.kept) {
                out.putInt(each.number);
                put(out, each.name().getBytes(StandardCharsets.UTF_8));
                put(out, StoredConfig.write(each.consumer().config()));
                out.putLong(each.consumer().createdNs());
                each.consumer().write(out);
            }
        }
        out.putInt(0);
    }

    private static void readConsumers(Consumers consumers, Source in) throws IOException {
        consumers.used(in.getInt() - 1);
        for (int number = in.getInt(); number != 0; number = in.getInt()) {
            String name = new String(get(in), StandardCharsets.UTF_8);
            byte[] config = get(in);
            long createdNs = in.getLong();
            consumers
                    .add(number, name, StoredConfig.readConsumer(config), createdNs)
                    .consumer()
                    .restore(in);
        }
    }

    static StreamHandle read(Source in, int number, Shard shard) throws IOException {
        String account = new String(get(in), StandardCharsets.UTF_8);
        byte[] config = get(in);
        long createdNs = in.getLong();
        long flushedTo = in.getLong();
        StreamHandle handle =
                shard.made(
                        number,
                        shard.tenant(account),
                        StoredConfig.read(config),
                        createdNs,
                        flushedTo < 0);
        handle.flushedTo = Math.abs(flushedTo);
        handle.stream().restore(in);
        handle.fileRecords().blocks().restore(in);
        // Sections didn't always end with these.
        if (in.remaining() > 0) {
            readConsumers(handle.consumers(), in);
        }
        if (in.remaining() > 0) {
            handle.stream().origins().restore(in);
        }
        ShardStore.scan(handle);
        return handle;
    }

    /** Writes bytes behind their number. */
    static void put(Sink out, byte[] bytes) throws IOException {
        out.putInt(bytes.length);
        try (NativeBlock memory = NativeBlock.allocate(Math.max(1, bytes.length))) {
            memory.region().put(0, bytes);
            out.putBytes(memory.region(), 0, bytes.length);
        }
    }

    /** Reads bytes that {@link #put} wrote. */
    static byte[] get(Source in) throws IOException {
        int length = in.getInt();
        if (length < 0 || length > MAX_TEXT_BYTES || length > in.remaining()) {
            throw new IOException("a checkpoint has a text of " + length + " bytes");
        }
        try (NativeBlock memory = NativeBlock.allocate(Math.max(1, length))) {
            in.getBytes(memory.region(), 0, length);
            return memory.region().bytes(0, length);
        }
    }
}
