package io.millrace.broker.routing;

/** Messages and the bytes of their payloads, headers included. Routing thread. */
final class Traffic {
    long inMessages;
    long inBytes;
    long outMessages;
    long outBytes;

    void in(long messages, long bytes) {
        inMessages += messages;
        inBytes += bytes;
    }

    void out(long messages, long bytes) {
        outMessages += messages;
        outBytes += bytes;
    }

    TrafficSnapshot snapshot() {
        return new TrafficSnapshot(inMessages, inBytes, outMessages, outBytes);
    }
}
