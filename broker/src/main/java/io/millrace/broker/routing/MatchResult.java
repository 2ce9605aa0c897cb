package io.millrace.broker.routing;

/**
 * Who gets a message: the receivers of each subject, wildcards included, that matches the one it
 * was published to. Immutable, but for what the receivers are.
 */
final class MatchResult {
    static final MatchResult NONE = new MatchResult(new Receivers[0]);

    /** Of the object and its array, without the array's elements. */
    private static final int OBJECT_BYTES = 32;

    private final Receivers[] parts;

    MatchResult(Receivers... parts) {
        this.parts = parts;
    }

    /** Subjects that have matched. */
    int partCount() {
        return parts.length;
    }

    Receivers part(int index) {
        return parts[index];
    }

    /** How many would get a message. */
    int receivers() {
        int count = 0;
        for (Receivers part : parts) {
            count += part.count();
        }
        return count;
    }

    boolean isEmpty() {
        for (Receivers part : parts) {
            if (!part.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** About what it takes up on the heap; nothing where it is that of its only receivers. */
    int ownBytes() {
        return parts.length < 2 ? 0 : OBJECT_BYTES + Integer.BYTES * parts.length;
    }
}
