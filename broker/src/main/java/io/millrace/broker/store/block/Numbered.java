package io.millrace.broker.store.block;

/** A block in a {@link BlockList}, perhaps in a {@link CollectQueue}. */
interface Numbered {
    /** Its number, which no other of the stream ever has. */
    long number();

    /** Whether it waits to be collected. */
    boolean isCandidate();

    /** It does, or doesn't any more. */
    void candidate(boolean is);
}
