package io.millrace.broker.config.listen;

/**
 * Where clients connect.
 *
 * @param host the address to bind; {@code 0.0.0.0} for all
 * @param port the port, 1..65535; {@link #ANY_PORT} for any free one
 * @param clientAdvertise {@code host[:port]} to tell clients instead of our own; empty for none
 * @param dontListen whether no client can connect there, but only applications in this JVM; host
 *     and port don't count then
 * @param proxyProtocol whether proxies may say, before anything else, for whom they connect
 */
public record ListenOptions(
        String host, int port, String clientAdvertise, boolean dontListen, boolean proxyProtocol) {
    /** Bind any free port. */
    public static final int ANY_PORT = -1;

    public static final int DEFAULT_PORT = 4222;
    public static final String DEFAULT_HOST = "0.0.0.0";
}
