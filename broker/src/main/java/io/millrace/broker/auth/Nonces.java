package io.millrace.broker.auth;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes what clients have to sign: 11 random bytes as 15 characters, as in the reference. */
public final class Nonces {
    private static final int BYTES = 11;

    private final SecureRandom random = new SecureRandom();

    /** A new one. Any thread. */
    public String next() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
