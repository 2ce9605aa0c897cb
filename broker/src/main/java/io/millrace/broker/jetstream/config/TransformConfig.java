package io.millrace.broker.jetstream.config;

/**
 * How subjects are changed.
 *
 * @param source a subject, may have wildcards; empty for all
 * @param destination empty for one that changes nothing
 */
public record TransformConfig(String source, String destination) {}
