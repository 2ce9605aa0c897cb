package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.ApiError;

import org.jspecify.annotations.Nullable;

/** What became of a message that was published; one, used again for each. Shard thread. */
public final class Outcome {
    /** The kinds of it. */
    public enum Kind {
        /** It is kept. */
        STORED,
        /** One with the same id is kept already. */
        DUPLICATE,
        /** It isn't kept; the error says why. */
        REFUSED,
        /** It belongs to an atomic batch: nothing has happened to it yet. */
        OF_BATCH,
        /** It isn't kept, and nobody hears of it. */
        SILENT
    }

    private Kind kind = Kind.SILENT;
    private long sequence;
    private @Nullable ApiError error;
    private String counter = "";

    Outcome stored(long newSequence) {
        return set(Kind.STORED, newSequence, null);
    }

    Outcome duplicate(long ofSequence) {
        return set(Kind.DUPLICATE, ofSequence, null);
    }

    Outcome refused(ApiError why) {
        return set(Kind.REFUSED, 0, why);
    }

    Outcome ofBatch() {
        return set(Kind.OF_BATCH, 0, null);
    }

    Outcome silent() {
        return set(Kind.SILENT, 0, null);
    }

    private Outcome set(Kind newKind, long newSequence, @Nullable ApiError newError) {
        kind = newKind;
        sequence = newSequence;
        error = newError;
        counter = "";
        return this;
    }

    /** The message has counted. */
    Outcome counted(String value) {
        counter = value;
        return this;
    }

    public Kind kind() {
        return kind;
    }

    /** Where it is kept, or the one that it repeats; else 0. */
    public long sequence() {
        return sequence;
    }

    /** Why it isn't kept, if it is refused. */
    public ApiError error() {
        if (error == null) {
            throw new IllegalStateException("it is " + kind);
        }
        return error;
    }

    /** Where the counter stands; empty if there is none. */
    public String counter() {
        return counter;
    }
}
