package io.millrace.broker.jetstream;

/** What time it is. */
public interface EpochClock {
    /** Nanoseconds since the epoch. */
    long nowNs();

    /** The system's. */
    static EpochClock system() {
        return () -> {
            java.time.Instant now = java.time.Instant.now();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        };
    }
}
