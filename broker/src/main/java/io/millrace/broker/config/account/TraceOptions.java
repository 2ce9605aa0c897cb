package io.millrace.broker.config.account;

/**
 * Traces of the messages of an account that have a {@code traceparent} header which asks for it.
 *
 * @param destination a literal subject of the account
 * @param sampling per cent of those messages, 1 to 100
 */
public record TraceOptions(String destination, int sampling) {}
