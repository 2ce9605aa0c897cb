package io.millrace.broker.jetstream.stream;

import io.millrace.broker.ledger.Debtor;

/**
 * What a stream is given.
 *
 * @param number its own in the log, never used again
 * @param records where it keeps what happens
 * @param sizes what its messages count for
 * @param quota what it may keep
 * @param teller publishes for it
 * @param alarm has it polled in time
 * @param debtor owes what it takes up
 */
public record StreamParts(
        int number,
        Records records,
        MessageSize sizes,
        Quota quota,
        Teller teller,
        Alarm alarm,
        Debtor debtor) {}
