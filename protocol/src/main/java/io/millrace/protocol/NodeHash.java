package io.millrace.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What servers call each other in subjects: a hash of the name, as the reference has it. The first
 * bytes of its SHA-256, each as a letter or digit.
 */
public final class NodeHash {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static final int LENGTH = 8;

    /** Of it, in the subjects of answers that go through gateways. */
    private static final int GATEWAY_LENGTH = 6;

    private NodeHash() {}

    /** The hash of a cluster's name or a server's id, as it stands in the subjects of answers. */
    public static String ofGateway(String name) {
        return of(name, GATEWAY_LENGTH);
    }

    /** The hash of a server's name. */
    public static String of(String name) {
        return of(name, LENGTH);
    }

    /**
     * The beginning of a hash.
     *
     * @param length characters, up to 8
     */
    public static String of(String name, int length) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.getBytes(StandardCharsets.UTF_8));
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append(DIGITS.charAt((hash[i] & 0xff) % DIGITS.length()));
            }
            return text.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has it", e);
        }
    }
}
