package io.millrace.broker.jetstream.config;

/**
 * What bounds consumers, but for their stream.
 *
 * @param account what the account may have
 * @param maxAckPending of a consumer's messages that may wait for their acknowledgement; 0 for any
 *     number
 * @param maxRequestBatch messages that one request may ask for; 0 for any number
 * @param defaultMaxConsumers of a stream where neither it nor the account says how many; 0 or less
 *     for any number
 */
public record ConsumerBounds(
        AccountLimits account, long maxAckPending, long maxRequestBatch, long defaultMaxConsumers) {
    /** Nothing is limited. */
    public static final ConsumerBounds NONE = new ConsumerBounds(AccountLimits.NONE, 0, 0, 0);

    /** How many consumers a stream may have; 0 or less for any number. */
    long maxConsumers(StreamConfig stream) {
        long most = stream.maxConsumers();
        long ofAccount = account.maxConsumers();
        if (most <= 0 || ofAccount > 0 && ofAccount < most) {
            most = ofAccount;
        }
        return most <= 0 ? defaultMaxConsumers : most;
    }
}
