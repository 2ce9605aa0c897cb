package io.millrace.broker.config;

import java.time.Duration;

/**
 * How messages leave.
 *
 * @param writeDeadline how long a byte may wait to be taken by the kernel before its connection is
 *     a slow consumer
 * @param fastProducerStall whether producers are paused while a consumer's queue is nearly full
 * @param subjectCache whether match results are cached by subject
 */
public record DeliveryOptions(
        Duration writeDeadline, boolean fastProducerStall, boolean subjectCache) {}
