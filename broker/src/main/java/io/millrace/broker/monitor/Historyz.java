package io.millrace.broker.monitor;

import java.time.Instant;
import java.util.stream.IntStream;

/**
 * {@code /historyz}: the last hour, column by column, or what of it came after a time; and what the
 * page may do.
 */
final class Historyz implements Endpoint {
    private static final int COLUMNS = Past.Column.values().length;

    private final Monitored server;
    private final Snapshots snapshots;
    private final Past past;

    Historyz(Monitored server, Snapshots snapshots, Past past) {
        this.server = server;
        this.snapshots = snapshots;
        this.past = past;
    }

    @Override
    public Reply get(Query query) throws BadQueryException, InterruptedException {
        String id = snapshots.info().serverId();
        long[] all = past.after(query.number("since"));
        AnswerMemory.hold((long) all.length * Long.BYTES);
        return JsonOut.object(
                200,
                false,
                out -> {
                    out.field("server_id", id)
                            .field("now", Instant.now())
                            .field("every_ms", Answers.TICK_MS)
                            .field("can_close", !server.options().monitor().username().isEmpty());
                    for (Past.Column column : Past.Column.values()) {
                        out.numbers(
                                column.text(),
                                IntStream.range(0, all.length / COLUMNS)
                                        .mapToLong(i -> all[i * COLUMNS + column.ordinal()]));
                    }
                });
    }
}
