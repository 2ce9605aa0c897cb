package io.millrace.broker.process;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The URLs of a listener: one of its own address, or one of every address of this machine. */
public final class ListenUrls {
    private ListenUrls() {}

    /**
     * The URLs as the reference's ports file lists them.
     *
     * @param scheme such as {@code nats}
     * @param bound the address the listener is bound to, its real port included; for a wildcard
     *     address every address of every interface is listed, loopback and link-local ones too,
     *     interfaces by index and IPv4 first
     * @throws SocketException if the interfaces cannot be read
     */
    public static List<String> of(String scheme, InetSocketAddress bound) throws SocketException {
        List<String> urls = new ArrayList<>();
        for (InetAddress address : reachable(bound.getAddress())) {
            urls.add(scheme + "://" + host(address) + ':' + bound.getPort());
        }
        return List.copyOf(urls);
    }

    private static List<InetAddress> reachable(InetAddress address) throws SocketException {
        if (!address.isAnyLocalAddress()) {
            return List.of(address);
        }
        return ofThisMachine().toList();
    }

    /**
     * Every address of every interface, loopback and link-local ones too, interfaces by index and
     * IPv4 first. The JVM has IPv6 first, which fewer of the others can reach.
     *
     * @throws SocketException if the interfaces cannot be read
     */
    public static Stream<InetAddress> ofThisMachine() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                .flatMap(
                        network ->
                                network.inetAddresses()
                                        .sorted(
                                                Comparator.comparing(
                                                        each -> !(each instanceof Inet4Address))));
    }

    private static String host(InetAddress address) {
        return address instanceof Inet4Address
                ? address.getHostAddress()
                : '[' + compressed(address.getAddress()) + ']';
    }

    /** An IPv6 address as RFC 5952 writes it, the longest run of zero groups as {@code ::}. */
    static String compressed(byte[] address) {
        int[] groups = new int[8];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
        }
        int start = 0;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int run = zerosFrom(groups, i);
            if (run > length) {
                start = i;
                length = run;
            }
        }
        return length < 2
                ? hex(groups, 0, groups.length)
                : hex(groups, 0, start) + "::" + hex(groups, start + length, groups.length);
    }

    private static int zerosFrom(int[] groups, int start) {
        int end = start;
        while (end < groups.length && groups[end] == 0) {
            end++;
        }
        return end - start;
    }

    private static String hex(int[] groups, int start, int end) {
        StringBuilder text = new StringBuilder();
        for (int i = start; i < end; i++) {
            text.append(i > start ? ":" : "").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
