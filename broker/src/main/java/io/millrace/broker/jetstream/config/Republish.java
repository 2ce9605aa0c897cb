package io.millrace.broker.jetstream.config;

/**
 * Where messages are published to once they are kept.
 *
 * @param source a subject, may have wildcards; {@code >} for all messages
 * @param destination a transform's destination; empty for nowhere, which the reference lets pass
 * @param headersOnly whether payloads are left out
 */
public record Republish(String source, String destination, boolean headersOnly) {}
