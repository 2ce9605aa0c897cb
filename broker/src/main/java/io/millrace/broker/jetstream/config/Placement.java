package io.millrace.broker.jetstream.config;

import java.util.List;

/**
 * Which servers are to keep a stream.
 *
 * @param cluster empty for any
 * @param tags what they have to be tagged with
 * @param preferred a server's name; empty for none
 */
public record Placement(String cluster, List<String> tags, String preferred) {
    /** Whether it says nothing. */
    boolean isEmpty() {
        return cluster.isEmpty() && tags.isEmpty() && preferred.isEmpty();
    }
}
