package io.millrace.protocol;

/**
 * One destination of a mapping.
 *
 * @param subject a transform's destination
 * @param weight per cent of the messages, from 0; more than 100 are refused with the mapping
 * @param cluster the only cluster that it is for; empty for all that have none of their own
 */
public record MapDest(String subject, int weight, String cluster) {
    public MapDest {
        if (weight < 0) {
            throw new IllegalArgumentException("weight: " + weight);
        }
    }

    /** A destination for any cluster. */
    public MapDest(String subject, int weight) {
        this(subject, weight, "");
    }
}
