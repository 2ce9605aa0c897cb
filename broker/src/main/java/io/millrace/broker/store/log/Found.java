package io.millrace.broker.store.log;

import java.util.List;

/**
 * What a log was found to be when it was opened.
 *
 * @param storeId its id; 0 if there was no log
 * @param segmentBytes of all segments; 0 if there was no log
 * @param nextBatch number of the next batch, more than any had that may be lost
 * @param previousChecksum of the last head; 0 if it isn't known
 * @param durable position up to which it was durable once, wherever it ends now
 * @param isSettled whether nothing is in it that could be taken for a torn tail
 * @param isBlank whether all behind the end is as blank as it ever was, so that it may be written
 *     to
 * @param dropped segments that never were
 */
record Found(
        long storeId,
        int segmentBytes,
        long nextBatch,
        int previousChecksum,
        long durable,
        boolean isSettled,
        boolean isBlank,
        List<Segment> dropped) {

    /**
     * Reads it; what never was is taken out of the chain.
     *
     * @param told position up to which others know it to have been durable, a multiple of 8
     */
    static Found of(Chain chain, Delivery delivery, DamageReport damage, long told) {
        if (chain.size() == 0) {
            if (told > 0) {
                damage.onDamage(0, told, "there is no log");
            }
            return new Found(0, 0, 1, 0, told, true, false, List.of());
        }
        Segment first = chain.get(0);
        SegmentHeader header = first.header();
        try (SegmentWindow window = new SegmentWindow(first.file(), header.segmentBytes())) {
            Replay replay = new Replay(chain, window, delivery, damage, told);
            List<Segment> dropped = replay.run();
            return replay.found(header.segmentBytes(), header.storeId(), dropped);
        }
    }
}
