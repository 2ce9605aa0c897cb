package io.millrace.broker.compression;

/**
 * How hard an {@link S2Encoder} tries; the levels of NATS.
 *
 * <p>A level is the sender's own affair: the streams of all levels are read alike, and the two ends
 * of a connection may use different ones. {@link #BETTER} and {@link #BEST} are those that others
 * may ask for: our encoder has one way to compress, so they give the same bytes as {@link #FAST}.
 */
public enum S2Level {
    /** Chunks with checksums, nothing compressed. */
    UNCOMPRESSED,
    /** Snappy blocks. */
    FAST,
    /** As {@link #FAST}. */
    BETTER,
    /** As {@link #FAST}. */
    BEST
}
