package io.millrace.bench.load;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sees to it that messages come under the subjects they should, before a load counts their bytes
 * only.
 */
final class Rehearsal {
    private static final int MESSAGES = 1_000;

    /** More than eight standard deviations of any share. */
    private static final double TOLERANCE = 0.15;

    private Rehearsal() {}

    /**
     * Publishes some messages of a load's first subject, from a client to another of the same
     * server that has subscribed already.
     *
     * @throws IOException if they come as something else, or in other shares
     */
    static void of(Naming naming, LoadClient publisher, LoadClient subscriber) throws IOException {
        String subject = naming.subject(0);
        publisher.send(("PUB " + subject + " 0\r\n\r\n").repeat(MESSAGES));
        publisher.fence();
        Map<String, Integer> come = subscriber.fenceBySubject();
        Map<String, Double> expected = new TreeMap<>();
        naming.arrivals().forEach((beginning, share) -> expected.put(beginning + "000000", share));
        int sum = 0;
        for (int count : come.values()) {
            sum += count;
        }
        boolean asExpected = sum == MESSAGES && come.keySet().equals(expected.keySet());
        for (Map.Entry<String, Integer> each : come.entrySet()) {
            double share = each.getValue() / (double) MESSAGES;
            asExpected &= Math.abs(share - expected.getOrDefault(each.getKey(), 0.0)) < TOLERANCE;
        }
        if (!asExpected) {
            throw new IOException(
                    "of %d messages to %s came %s instead of %s"
                            .formatted(MESSAGES, subject, come, expected));
        }
    }
}
