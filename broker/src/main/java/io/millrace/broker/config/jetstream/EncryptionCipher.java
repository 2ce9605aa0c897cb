package io.millrace.broker.config.jetstream;

import io.millrace.broker.config.BadValueException;

import java.util.Locale;

/** How a new store is encrypted, if it is. */
public enum EncryptionCipher {
    CHACHA,
    AES;

    /** By its name in the file. */
    static EncryptionCipher of(String name) throws BadValueException {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "chacha", "chachapoly" -> CHACHA;
            case "aes" -> AES;
            default -> throw new BadValueException("Unknown cipher type: \"" + name + '"');
        };
    }
}
