package io.millrace.broker.jetstream.archive;

/**
 * A consumer as a backup holds it.
 *
 * @param config its configuration as JSON, in the words of the API
 */
public record ArchivedConsumer(String name, byte[] config, ConsumerState state) {}
