package io.millrace.broker.config.delivery;

import java.time.Duration;

/**
 * How silent connections are noticed.
 *
 * @param pingInterval time between PINGs to an otherwise silent client
 * @param maxPingsOut PINGs without an answer before the connection is stale
 * @param connectTimeout time a client has to send CONNECT
 */
public record KeepAliveOptions(Duration pingInterval, int maxPingsOut, Duration connectTimeout) {}
