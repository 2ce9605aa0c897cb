package io.millrace.broker.jetstream.view;

import java.util.List;

/**
 * What a stream copies, and how that fares.
 *
 * @param mirror of what it is a mirror, alone; nothing if it is none
 * @param sources what it has messages of besides its own
 */
public record CopiesView(List<CopyView> mirror, List<CopyView> sources) {
    /** It copies nothing. */
    public static final CopiesView NONE = new CopiesView(List.of(), List.of());
}
