package io.millrace.broker.jetstream.config;

/**
 * Where a stream of another account or domain is reached.
 *
 * @param api what stands for {@code $JS.API} there
 * @param deliver where its messages are delivered to; empty for none
 */
public record ExternalStream(String api, String deliver) {}
