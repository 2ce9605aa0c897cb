package io.millrace.broker.jetstream.batch;

/** How many batches of one kind are under way in all streams of a shard, and how many may be. */
public final class OpenBatches {
    private int most;
    private int count;

    /** None are under way. */
    public OpenBatches(int most) {
        this.most = most;
    }

    /** So many may be under way from here on; those that are stay. */
    public void bound(int newMost) {
        most = newMost;
    }

    /** How many are under way. */
    public int count() {
        return count;
    }

    /** One more, if there may be. */
    boolean open() {
        if (count >= most) {
            return false;
        }
        count++;
        return true;
    }

    /** One less. */
    void close() {
        count--;
    }
}
