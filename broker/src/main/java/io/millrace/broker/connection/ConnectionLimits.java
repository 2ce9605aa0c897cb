package io.millrace.broker.connection;

import io.millrace.broker.config.account.AccountLimits;

/**
 * The limits that a client's connection is held to.
 *
 * @param maxControlLineBytes longest line before the payload
 * @param maxPayloadBytes largest payload
 * @param headers whether messages may have headers
 * @param connectTimeoutNs time to say something
 * @param authTimeoutNs time to send CONNECT where clients must say who they are
 * @param pingIntervalNs time between PINGs
 * @param writeDeadlineNs time in which the kernel must take what is sent
 * @param writeDeadlineText the same, as it was configured, for the log
 * @param retryWrites whether it goes on when that was too short, if the kernel took anything
 */
public record ConnectionLimits(
        int maxControlLineBytes,
        int maxPayloadBytes,
        boolean headers,
        long connectTimeoutNs,
        long authTimeoutNs,
        long pingIntervalNs,
        long writeDeadlineNs,
        String writeDeadlineText,
        boolean retryWrites) {
    /** The same for a connection that has other deadlines until it is up. */
    ConnectionLimits patient() {
        return with(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, pingIntervalNs);
    }

    /** The same for clients with other times to send CONNECT, and between PINGs. */
    public ConnectionLimits withTimes(long otherAuthTimeoutNs, long otherPingIntervalNs) {
        return with(connectTimeoutNs, otherAuthTimeoutNs, otherPingIntervalNs);
    }

    private ConnectionLimits with(
            long otherConnectTimeoutNs, long otherAuthTimeoutNs, long otherPingIntervalNs) {
        return new ConnectionLimits(
                maxControlLineBytes,
                maxPayloadBytes,
                headers,
                otherConnectTimeoutNs,
                otherAuthTimeoutNs,
                otherPingIntervalNs,
                writeDeadlineNs,
                writeDeadlineText,
                retryWrites);
    }

    /** The same for a client of an account, which may bound its payloads more. */
    ConnectionLimits within(AccountLimits account) {
        int bytes = account.payloadBytes(maxPayloadBytes);
        return bytes == maxPayloadBytes
                ? this
                : new ConnectionLimits(
                        maxControlLineBytes,
                        bytes,
                        headers,
                        connectTimeoutNs,
                        authTimeoutNs,
                        pingIntervalNs,
                        writeDeadlineNs,
                        writeDeadlineText,
                        retryWrites);
    }
}
