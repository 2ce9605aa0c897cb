package io.millrace.broker.jetstream.stream;

/** Who reads a stream, and is told what comes and goes. Shard thread. */
public interface Readers {
    /** Nobody. */
    Readers NONE =
            new Readers() {
                @Override
                public void added(long sequence, int subject) {}

                @Override
                public void removing(long sequence, int subject) {}

                @Override
                public void purged(long sequence) {}

                @Override
                public boolean want(Bytes subject) {
                    return false;
                }
            };

    /**
     * A message is kept; it may still be lost until the log is durable.
     *
     * @param subject its number in the index
     */
    void added(long sequence, int subject);

    /** One goes; it is still there. */
    void removing(long sequence, int subject);

    /** All in front of a sequence are gone. */
    void purged(long sequence);

    /** Whether anybody wants what comes on a subject. */
    boolean want(Bytes subject);
}
