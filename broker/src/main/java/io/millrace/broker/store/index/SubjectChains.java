package io.millrace.broker.store.index;

/**
 * The messages of each subject, in their order: each knows the next. What isn't known is looked for
 * from two sides, along the subject's messages and through the chunks, so that it is found soon on
 * subjects with few messages and on those with many. Shard thread.
 */
final class SubjectChains {
    /** Along the chain so many in the time in which a chunk is looked through. */
    private static final int STEPS = 2;

    private final Messages messages;
    private final Subjects subjects;

    SubjectChains(Messages messages, Subjects subjects) {
        this.messages = messages;
        this.subjects = subjects;
    }

    /** The subject's next message; of one that is live. */
    private long after(long sequence) {
        if (!messages.seek(sequence)) {
            throw new IllegalStateException("message " + sequence + " of a subject is gone");
        }
        return messages.link();
    }

    /** The subject's last message before a sequence; 0 if there is none. */
    long before(int subject, long sequence) {
        long first = subjects.first(subject);
        long last = subjects.last(subject);
        if (last < sequence) {
            return last;
        }
        if (first >= sequence) {
            return 0;
        }
        long along = first;
        int position = messages.positionOf(sequence - 1);
        while (true) {
            long found =
                    position == ChunkDirectory.NONE
                            ? 0
                            : messages.lastOn(subject, position, sequence);
            if (found != 0) {
                return found;
            }
            for (int step = 0; step < STEPS; step++) {
                long next = after(along);
                if (next == 0 || next >= sequence) {
                    return along;
                }
                along = next;
            }
            if (position != ChunkDirectory.NONE) {
                position = messages.previousPosition(position);
            }
        }
    }

    /** The subject's first message behind a sequence; 0 if there is none. */
    long behind(int subject, long sequence) {
        long first = subjects.first(subject);
        if (first > sequence) {
            return first;
        }
        if (subjects.last(subject) <= sequence) {
            return 0;
        }
        if (messages.seek(sequence) && messages.subject() == subject) {
            return messages.link();
        }
        long along = first;
        int position = messages.positionOf(sequence + 1);
        while (true) {
            long found =
                    position == ChunkDirectory.NONE
                            ? 0
                            : messages.firstOn(subject, position, sequence);
            if (found != 0) {
                return found;
            }
            for (int step = 0; step < STEPS; step++) {
                along = after(along);
                if (along > sequence) {
                    return along;
                }
            }
            if (position != ChunkDirectory.NONE) {
                position = messages.nextPosition(position);
            }
        }
    }
}
