package io.millrace.broker.routing.account;

/** Messages and the bytes of their payloads, headers included. Routing thread. */
public final class Traffic {
    public long inMessages;
    long inBytes;
    long outMessages;
    long outBytes;

    public void in(long messages, long bytes) {
        inMessages += messages;
        inBytes += bytes;
    }

    public void out(long messages, long bytes) {
        outMessages += messages;
        outBytes += bytes;
    }

    public TrafficSnapshot snapshot() {
        return new TrafficSnapshot(inMessages, inBytes, outMessages, outBytes);
    }
}
