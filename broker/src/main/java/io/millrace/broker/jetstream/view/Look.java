package io.millrace.broker.jetstream.view;

/**
 * What of JetStream is to be looked at.
 *
 * @param detail how much of the streams that are listed
 * @param part which these are
 * @param top which come first of all there are
 */
public record Look(Detail detail, Part part, Top top) {
    /** All, and nobody before others. */
    public static Look at(Detail detail) {
        return new Look(detail, Part.ALL, Top.NONE);
    }

    /** A part of all, and nobody before others. */
    public static Look at(Detail detail, Part part) {
        return new Look(detail, part, Top.NONE);
    }

    /** Only those that come first. */
    public static Look at(Top top) {
        return new Look(Detail.TOTALS, Part.ALL, top);
    }
}
