package io.millrace.bench.compare;

import io.millrace.bench.load.ConsumerLoad;
import io.millrace.bench.load.ConsumerLoad.Style;
import io.millrace.bench.load.DirectGetLoad;
import io.millrace.bench.load.Kept;
import io.millrace.bench.load.PutLoad;
import io.millrace.bench.load.ReplayLoad;

import java.util.ArrayList;
import java.util.List;

/**
 * What is asked of consumers, key-value and object buckets: how large their streams are.
 *
 * @param messages of a stream that consumers work off
 * @param many messages or keys of what is read as a whole
 * @param chunks of an object
 */
record Consumers(int messages, int many, int chunks) {
    /** All that is to be known: an object is one of 64 MiB. */
    static final Consumers FULL = new Consumers(500_000, 1_000_000, 512);

    /** The same in less time. */
    static final Consumers SHORT = new Consumers(200_000, 100_000, 512);

    private static final int WINDOW = 500;
    private static final int PULLED_AHEAD = 500;
    private static final int CHUNK_BYTES = 128 * 1024;
    private static final int CHUNK_WINDOW = 16;

    List<Scenario> scenarios() {
        List<Scenario> all = new ArrayList<>();
        for (int count : List.of(1, 10, 100)) {
            addConsumers(all, "pull consumer", Style.PULL, count);
        }
        for (int count : List.of(1, 10, 100)) {
            addConsumers(all, "push consumer", Style.PUSH, count);
        }
        for (int batch : List.of(1, 100, 1_000)) {
            all.add(
                    Scenario.warm(
                            "fetch batches of %,d, 128 B".formatted(batch),
                            new ConsumerLoad(Style.FETCH, 1, batch, messages, 128)));
        }
        all.add(
                Scenario.warm(
                        "fan-out of a stream to 100 consumers, 128 B",
                        new ConsumerLoad(Style.FAN_OUT, 100, 0, Math.max(1, messages / 20), 128)));
        all.add(
                readOnceBefore(
                        "ordered consumer of %,d messages, 128 B".formatted(many),
                        new ReplayLoad(Kept.MESSAGES, many, 128, WINDOW)));
        all.add(
                Scenario.warm(
                        "KV put, one in flight, 128 B",
                        new PutLoad(Kept.VALUES, messages, 128, 1, 1)));
        all.add(
                Scenario.warm(
                        "KV put, 500 in flight, 128 B",
                        new PutLoad(Kept.VALUES, messages, 128, WINDOW, WINDOW)));
        all.add(
                Scenario.warm(
                        "KV get of %,d keys, 128 B".formatted(messages),
                        new DirectGetLoad(Kept.VALUES, messages, 128)));
        all.add(
                readOnceBefore(
                        "KV watch of %,d keys, 16 B".formatted(many),
                        new ReplayLoad(Kept.VALUES, many, 16, WINDOW)));
        int mib = (int) ((long) chunks * CHUNK_BYTES >> 20);
        String object = "of %d MiB, chunks of 128 KiB".formatted(mib);
        all.add(
                Scenario.warm(
                        "object put " + object,
                        new PutLoad(Kept.CHUNKS, 1, CHUNK_BYTES, CHUNK_WINDOW, chunks)));
        all.add(
                Scenario.warm(
                        "object get " + object,
                        new ReplayLoad(Kept.CHUNKS, chunks, CHUNK_BYTES, CHUNK_WINDOW)));
        return all;
    }

    /** One that is as long as several others. */
    private static Scenario readOnceBefore(String name, ReplayLoad load) {
        return new Scenario(name, load, false, 1);
    }

    private void addConsumers(List<Scenario> to, String name, Style style, int count) {
        String text = "%d %s%s, 128 B".formatted(count, name, count == 1 ? "" : "s");
        to.add(Scenario.warm(text, new ConsumerLoad(style, count, PULLED_AHEAD, messages, 128)));
    }
}
