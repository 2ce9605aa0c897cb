package io.millrace.broker.auth;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes what clients have to sign: 11 random bytes as 15 characters, as in the reference. */
public final class Nonces {
    private static final int BYTES = 11;

    private @Nullable SecureRandom random;

    /** A new one. Any thread. */
    public String next() {
        byte[] bytes = new byte[BYTES];
        source().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Made when it is first needed: that takes milliseconds, and most servers never need it. */
    private synchronized SecureRandom source() {
        SecureRandom made = random;
        if (made == null) {
            made = new SecureRandom();
            random = made;
        }
        return made;
    }
}
