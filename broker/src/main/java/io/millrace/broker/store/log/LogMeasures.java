package io.millrace.broker.store.log;

/** What a log has done since it was opened, in numbers. Shard thread. */
public final class LogMeasures {
    private static final int STEP = 4;

    private final Tally syncNs =
            new Tally(
                    50_000,
                    100_000,
                    250_000,
                    500_000,
                    1_000_000,
                    2_500_000,
                    5_000_000,
                    10_000_000,
                    25_000_000,
                    50_000_000,
                    100_000_000,
                    250_000_000,
                    1_000_000_000);
    private final Tally batchRecords = new Tally(powers(1, 8));
    private final Tally batchBytes = new Tally(powers(256, 9));

    /** The first and its products with 4. */
    private static long[] powers(long first, int count) {
        long[] powers = new long[count];
        long power = first;
        for (int i = 0; i < count; i++) {
            powers[i] = power;
            power *= STEP;
        }
        return powers;
    }

    void batch(int records, int bytes) {
        batchRecords.add(records);
        batchBytes.add(bytes);
    }

    void sync(long ns) {
        syncNs.add(ns);
    }

    /** How long each sync took, nanoseconds. */
    public Tally syncNs() {
        return syncNs;
    }

    /** Records that were written in one go. */
    public Tally batchRecords() {
        return batchRecords;
    }

    /** Bytes that were, heads of records and of the batch included. */
    public Tally batchBytes() {
        return batchBytes;
    }
}
