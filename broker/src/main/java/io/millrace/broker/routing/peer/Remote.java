package io.millrace.broker.routing.peer;

/**
 * Where a peer is.
 *
 * @param ip its address, as logs and monitoring show it
 * @param port its port; 0 in this JVM
 * @param medium what it has come over
 * @param forwardedFor for whom a proxy says that it has come; empty for itself
 * @param channelBytes what the way to it takes up on the heap for as long as it is open
 */
public record Remote(String ip, int port, Medium medium, String forwardedFor, int channelBytes) {
    /** Behind a socket, whose buffers are the kernel's. */
    public static Remote socket(String ip, int port) {
        return new Remote(ip, port, Medium.SOCKET, "", 0);
    }

    /** In this JVM. */
    public static Remote inProcess(String name, int channelBytes) {
        return new Remote(name, 0, Medium.IN_PROCESS, "", channelBytes);
    }

    /** As logs show it, with its port where there is one. */
    public String address() {
        String own = bracketed(ip) + (medium == Medium.IN_PROCESS ? "" : ":" + port);
        return forwardedFor.isEmpty() ? own : bracketed(forwardedFor) + "/" + own;
    }

    private static String bracketed(String address) {
        return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    }
}
