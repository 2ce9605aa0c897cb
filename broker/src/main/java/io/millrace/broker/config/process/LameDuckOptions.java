package io.millrace.broker.config.process;

import java.time.Duration;

/**
 * How clients are moved away before a shutdown.
 *
 * @param duration time over which the closing of clients is spread
 * @param gracePeriod time between telling clients and closing the first
 */
public record LameDuckOptions(Duration duration, Duration gracePeriod) {}
