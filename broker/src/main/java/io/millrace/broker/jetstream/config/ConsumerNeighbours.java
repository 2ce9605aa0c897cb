package io.millrace.broker.jetstream.config;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** The consumers that a stream has already, and who there is to deliver to. */
public interface ConsumerNeighbours {
    /** The configuration of the consumer of this name, as it is kept; null if there is none. */
    @Nullable ConsumerConfig find(String name);

    /** Those of all consumers, by their names; one that chose no name has none in here. */
    Map<String, ConsumerConfig> all();

    /** How many count: all but those that are {@link ConsumerConfig#isForCopying for copying}. */
    long counted();

    /** Whether anybody subscribes to this subject in the stream's account. */
    boolean hasInterest(String subject);

    /** A made-up name that no consumer has. */
    String newName();
}
