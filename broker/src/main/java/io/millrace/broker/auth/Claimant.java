package io.millrace.broker.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Who asks to be somebody, as far as fairness goes.
 *
 * @param network where they are; of an IPv6 address the 64 bits that are given out together; empty
 *     for this JVM
 * @param user who they say they are; empty for who has a token
 */
public record Claimant(String network, String user) {
    private static final int PREFIX_BYTES = 8;

    /** Somebody in this JVM. */
    public static Claimant inProcess(String user) {
        return new Claimant("", user);
    }

    /** Somebody at an address. */
    public static Claimant at(InetAddress address, String user) {
        byte[] bytes = address.getAddress();
        int length = address instanceof Inet6Address ? PREFIX_BYTES : bytes.length;
        return new Claimant(HexFormat.of().formatHex(Arrays.copyOf(bytes, length)), user);
    }
}
