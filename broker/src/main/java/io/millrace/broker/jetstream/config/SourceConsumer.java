package io.millrace.broker.jetstream.config;

/**
 * A consumer that is there already, for copying from.
 *
 * @param name its name
 * @param deliverSubject where it delivers to
 */
public record SourceConsumer(String name, String deliverSubject) {}
