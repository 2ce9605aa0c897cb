package io.millrace.broker.jetstream.batch;

/**
 * A fast batch that is under way: a name for whoever waits until a message of it is durable. What
 * it holds is the business of {@link FastBatches}.
 */
public final class FastBatch {
    final BatchId id;
    final boolean gapsAreFine;

    /** After how many messages the client wants to hear at the latest. */
    final int maxFlow;

    /** After how many messages it hears. */
    int flow;

    // Sequences in the batch, each at most the one before: of the last message that came, of the
    // last that is stored, of the last that the client was told of.
    long last;
    long stored;
    long told;

    /** Of the last message that is stored, in the stream. */
    long streamSequence;

    /** Messages that were accepted and aren't stored yet. */
    int pending;

    boolean commits;
    boolean closed;

    /** Of the last message for it. */
    long activityNs;

    FastBatch(BatchId id, boolean gapsAreFine, int maxFlow) {
        this.id = id;
        this.gapsAreFine = gapsAreFine;
        this.maxFlow = maxFlow;
    }

    /** The batch's id. */
    public String id() {
        return id.text();
    }
}
