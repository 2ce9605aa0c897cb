package io.millrace.broker.jetstream;

import java.util.List;

/**
 * What monitoring tells of JetStream that the shard doesn't know.
 *
 * @param folder where it stores, absolute
 * @param apiLevel of the API that it speaks
 * @param accounts that may use it, by their names
 */
public record JetStreamPlace(String folder, int apiLevel, List<String> accounts) {}
