package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.time.OffsetDateTime;
import java.util.List;

/**
 * A stream that another one is copied from.
 *
 * @param name the stream's name
 * @param startSequence the first message to be copied; 0 for all
 * @param startTime the same by its time
 * @param filterSubject empty for all messages
 * @param transforms what is copied, and to which subjects
 * @param external where it is, if not here
 * @param consumer the consumer to copy with, if it is there already
 */
public record StreamSource(
        String name,
        long startSequence,
        @Nullable OffsetDateTime startTime,
        String filterSubject,
        List<TransformConfig> transforms,
        @Nullable ExternalStream external,
        @Nullable SourceConsumer consumer) {}
