package io.millrace.broker.jetstream.config;

/**
 * What consumers of a stream get that don't say otherwise.
 *
 * @param inactiveThresholdNs after which a consumer goes that nobody uses; 0 for none
 * @param maxAckPending messages that may wait for their acknowledgement; 0 for none
 */
public record ConsumerLimits(long inactiveThresholdNs, long maxAckPending) {
    /** Nothing is limited. */
    public static final ConsumerLimits NONE = new ConsumerLimits(0, 0);
}
