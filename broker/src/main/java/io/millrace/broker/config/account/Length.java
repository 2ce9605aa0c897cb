package io.millrace.broker.config.account;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Typed;

import java.nio.charset.StandardCharsets;

/**
 * Bounds what is written of subjects: exports, imports, mappings and what becomes of them. The
 * reference sets no bound; but each function of a destination costs something for each message, and
 * no client can name a subject that doesn't fit into a control line.
 */
final class Length {
    /** As much as the longest control line, unless it is configured to be longer. */
    static final int MAX_BYTES = 4096;

    private Length() {}

    /**
     * A subject, or what makes one.
     *
     * @throws BadValueException if it is none, or too long
     */
    static String text(Field field) throws BadValueException {
        return bounded(field.key(), Typed.text(field.key(), field.value()));
    }

    /**
     * The same text.
     *
     * @param what it is, for the message
     * @throws BadValueException if it is too long
     */
    static String bounded(String what, String text) throws BadValueException {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new BadValueException(
                    what + " has " + bytes + " bytes, but " + MAX_BYTES + " are the most");
        }
        return text;
    }
}
