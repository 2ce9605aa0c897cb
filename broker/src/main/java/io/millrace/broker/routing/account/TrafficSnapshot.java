package io.millrace.broker.routing.account;

/** Messages and the bytes of their payloads, headers included, seen from the server. */
public record TrafficSnapshot(long inMessages, long inBytes, long outMessages, long outBytes) {
    /** Both ways together. */
    public long messages() {
        return inMessages + outMessages;
    }

    /** All of it but a part. */
    public TrafficSnapshot minus(TrafficSnapshot part) {
        return new TrafficSnapshot(
                inMessages - part.inMessages,
                inBytes - part.inBytes,
                outMessages - part.outMessages,
                outBytes - part.outBytes);
    }
}
