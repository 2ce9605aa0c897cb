package io.millrace.broker.transport.proxy;

import io.millrace.broker.connection.AddressText;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * Version 1: {@code TCP4 <source> <destination> <source port> <destination port>}, behind {@code
 * PROXY}. As in the reference, any blanks part the fields.
 */
final class HeaderText {
    private static final String BLANKS = " \t\n\u000B\f\r";
    private static final int FIELDS = 5;
    private static final int MAX_PORT = 65_535;

    private HeaderText() {}

    /**
     * For whom the proxy connects; null for {@code UNKNOWN}, whatever follows.
     *
     * @param line without {@code PROXY} and the line end
     */
    static @Nullable InetSocketAddress source(String line) throws InvalidHeaderException {
        List<String> fields = fields(line);
        if (!fields.isEmpty() && fields.getFirst().equals("UNKNOWN")) {
            return null;
        }
        if (fields.size() != FIELDS) {
            throw InvalidHeaderException.of("invalid v1 format");
        }
        String from = fields.get(1);
        String to = fields.get(2);
        InetAddress address = address(from);
        address(to);
        int port = port("source", fields.get(3));
        port("dest", fields.get(4));
        switch (fields.getFirst()) {
            case "TCP4" -> {
                if (isIpv6(from) || isIpv6(to)) {
                    throw InvalidHeaderException.of("TCP4 with IPv6 address");
                }
            }
            case "TCP6" -> {
                if (!isIpv6(from) || !isIpv6(to)) {
                    throw InvalidHeaderException.of("TCP6 with IPv4 address");
                }
            }
            default -> throw InvalidHeaderException.of("invalid protocol");
        }
        return new InetSocketAddress(address, port);
    }

    private static List<String> fields(String line) {
        StringTokenizer tokens = new StringTokenizer(line, BLANKS);
        List<String> fields = new ArrayList<>();
        while (tokens.hasMoreTokens()) {
            fields.add(tokens.nextToken());
        }
        return fields;
    }

    private static boolean isIpv6(String address) {
        return address.indexOf(':') >= 0;
    }

    private static InetAddress address(String text) throws InvalidHeaderException {
        byte[] bytes = AddressText.parsed(text);
        if (bytes == null) {
            throw InvalidHeaderException.of("invalid address");
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int port(String which, String text) throws InvalidHeaderException {
        int port = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            port = digit < 0 || digit > 9 ? MAX_PORT + 1 : port * 10 + digit;
            if (port > MAX_PORT) {
                throw new InvalidHeaderException("invalid " + which + " port");
            }
        }
        return port;
    }
}
