package io.millrace.broker.config;

/**
 * A password, token or key: shows itself to nobody who prints it.
 *
 * @param value the secret; empty for none
 */
public record Secret(String value) {
    public static final Secret NONE = new Secret("");

    public boolean isEmpty() {
        return value.isEmpty();
    }

    @Override
    public String toString() {
        return isEmpty() ? "" : "[REDACTED]";
    }
}
