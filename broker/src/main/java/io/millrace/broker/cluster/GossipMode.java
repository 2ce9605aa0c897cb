package io.millrace.broker.cluster;

/** Who passes on the word of a new server; as numbered in the INFO of routes. */
public enum GossipMode {
    /** Whoever was connected to, but not by hearsay. */
    DEFAULT,
    /** Nobody. */
    DISABLED,
    /** Everybody. */
    OVERRIDE;

    /** The mode of a number; unknown ones are as if nothing was said. */
    static GossipMode of(int number) {
        return number > 0 && number < values().length ? values()[number] : DEFAULT;
    }
}
