package io.millrace.broker.jetstream;

/**
 * Requests that were refused since too many wait: the system account and the log hear of them, not
 * of each but once a second at most. Shard thread.
 */
final class Overload {
    private static final long PACE_NS = 1_000_000_000L;

    private final Audit audit;
    private final ShardVoice voice;
    private long refused;
    private long toldNs;

    Overload(Audit audit, ShardVoice voice) {
        this.audit = audit;
        this.voice = voice;
        toldNs = Long.MIN_VALUE / 2;
    }

    /** One more was. */
    void refused() {
        refused++;
    }

    /**
     * Tells of them if it is time to.
     *
     * @param nowNs since the epoch
     * @return when it is; {@link Long#MAX_VALUE} if there is nothing to tell
     */
    long poll(long nowNs) {
        if (refused == 0) {
            return Long.MAX_VALUE;
        }
        if (nowNs - toldNs < PACE_NS) {
            return toldNs + PACE_NS;
        }
        audit.tooMany(refused);
        voice.notice("JetStream API queue limit reached, " + refused + " requests were refused");
        refused = 0;
        toldNs = nowNs;
        return Long.MAX_VALUE;
    }
}
