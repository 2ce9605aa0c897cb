package io.millrace.broker.jetstream.api;

import io.millrace.protocol.Region;

/**
 * A message of a stream, where it lies.
 *
 * @param bytes what the offsets are in
 * @param headerLength 0 for none, or for none to be told
 * @param timeNs when it came, since the epoch
 */
public record StoredMessage(
        String subject,
        long sequence,
        Region bytes,
        int headerOffset,
        int headerLength,
        int payloadOffset,
        int payloadLength,
        long timeNs) {}
