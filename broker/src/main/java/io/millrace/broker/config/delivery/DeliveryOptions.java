package io.millrace.broker.config.delivery;

import java.time.Duration;

/**
 * How messages leave.
 *
 * @param writeDeadline how long the kernel may take to accept what is flushed before its connection
 *     is a slow consumer
 * @param writeTimeout what becomes of a client that is one for that
 * @param fastProducerStall whether producers are paused while a consumer's queue is nearly full
 * @param subjectCache whether match results are cached by subject
 */
public record DeliveryOptions(
        Duration writeDeadline,
        WriteTimeout writeTimeout,
        boolean fastProducerStall,
        boolean subjectCache) {}
