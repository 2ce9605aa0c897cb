package io.millrace.broker.transport.proxy;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Version 2, numbers big-endian:
 *
 * <pre>
 *    0  signature, 12 bytes
 *   12  version (2) in the upper half, command in the lower: 0 LOCAL, 1 PROXY
 *   13  family in the upper half: 0 UNSPEC, 1 IPv4, 2 IPv6, 3 Unix;
 *       transport in the lower: 1 stream, 2 datagram
 *   14  length of what follows, 2 bytes
 *   16  source and destination, 4 or 16 bytes each; their ports, 2 bytes each; anything
 * </pre>
 */
final class HeaderBytes {
    /** What every header has. */
    static final int FIXED_BYTES = 16;

    private static final int COMMAND = 12;
    private static final int FAMILY = 13;
    private static final int LENGTH = 14;
    private static final int VERSION_2 = 0x20;
    private static final int LOCAL = 0;
    private static final int PROXY = 1;
    private static final int STREAM = 1;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int PORT_BYTES = 2;

    private HeaderBytes() {}

    /**
     * How many of the bytes behind the fixed ones are addresses and ports; 0 if none count.
     *
     * @throws InvalidHeaderException if no client can come that way
     */
    static int addressBytes(byte[] fixed) throws InvalidHeaderException {
        int version = fixed[COMMAND] & 0xF0;
        if (version != VERSION_2) {
            throw InvalidHeaderException.of("invalid version " + hex(version));
        }
        int command = fixed[COMMAND] & 0x0F;
        if (command == LOCAL) {
            return 0;
        }
        if (command != PROXY) {
            throw new InvalidHeaderException("unknown PROXY protocol command: " + hex(command));
        }
        if ((fixed[FAMILY] & 0x0F) != STREAM) {
            throw InvalidHeaderException.unsupported("only STREAM protocol supported");
        }
        int family = fixed[FAMILY] & 0xF0;
        return switch (family) {
            case 0x00 -> 0;
            case 0x10 -> pair("IPv4", IPV4_BYTES, fixed);
            case 0x20 -> pair("IPv6", IPV6_BYTES, fixed);
            default ->
                    throw InvalidHeaderException.unsupported(
                            "unsupported address family " + hex(family));
        };
    }

    private static int pair(String family, int ipBytes, byte[] fixed)
            throws InvalidHeaderException {
        int bytes = 2 * (ipBytes + PORT_BYTES);
        int there = lengthBehindFixed(fixed);
        if (there < bytes) {
            throw new InvalidHeaderException(
                    family + " address data too short: " + there + " bytes");
        }
        return bytes;
    }

    private static String hex(int value) {
        return "0x" + HexFormat.of().toHexDigits((byte) value);
    }

    /** How many bytes follow the fixed ones, 0..65535. */
    static int lengthBehindFixed(byte[] fixed) {
        return number(fixed, LENGTH);
    }

    private static int number(byte[] header, int offset) {
        return (header[offset] & 0xFF) << 8 | header[offset + 1] & 0xFF;
    }

    /**
     * For whom the proxy connects; null for itself.
     *
     * @param addressBytes see {@link #addressBytes}
     */
    static @Nullable InetSocketAddress source(byte[] header, int addressBytes) {
        if (addressBytes == 0) {
            return null;
        }
        int ipBytes = addressBytes / 2 - PORT_BYTES;
        byte[] ip = Arrays.copyOfRange(header, FIXED_BYTES, FIXED_BYTES + ipBytes);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(ip), number(header, FIXED_BYTES + 2 * ipBytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
