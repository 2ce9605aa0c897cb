package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.stream.Bytes;

/** A voice that has room for all that consumers say, and nobody who hears it. */
abstract class QuietVoice implements ShardVoice {
    private int lastWatch;

    @Override
    public boolean publish(int tenant, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
        return true;
    }

    @Override
    public boolean deliver(
            int tenant, Bytes to, Bytes subject, Bytes reply, Bytes headers, Bytes payload) {
        return true;
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public int watch(int tenant, Bytes subject) {
        lastWatch++;
        return lastWatch;
    }

    @Override
    public void unwatch(int watch) {
        // Nobody is asked.
    }
}
