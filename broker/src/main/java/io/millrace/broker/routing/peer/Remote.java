package io.millrace.broker.routing.peer;

/**
 * Where a peer is.
 *
 * @param ip its address, as logs and monitoring show it
 * @param port its port; 0 in this JVM
 * @param inProcess whether it is in this JVM
 * @param channelBytes what the way to it takes up on the heap for as long as it is open
 */
public record Remote(String ip, int port, boolean inProcess, int channelBytes) {
    /** Behind a socket, whose buffers are the kernel's. */
    public static Remote socket(String ip, int port) {
        return new Remote(ip, port, false, 0);
    }

    /** In this JVM. */
    public static Remote inProcess(String name, int channelBytes) {
        return new Remote(name, 0, true, channelBytes);
    }
}
