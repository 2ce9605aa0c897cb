package io.millrace.broker.config.delivery;

import java.util.Locale;

/** What becomes of a connection when the kernel hasn't taken all of a flush in time. */
public enum WriteTimeout {
    /** What is usual for its kind: clients are closed, routes go on. */
    DEFAULT,

    /** It is closed. */
    CLOSE,

    /** It is closed only if the kernel took nothing at all; if not, it gets as much time again. */
    RETRY;

    /**
     * The policy of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static WriteTimeout of(String name) {
        return switch (name) {
            case "default" -> DEFAULT;
            case "close" -> CLOSE;
            case "retry" -> RETRY;
            default ->
                    throw new IllegalArgumentException(
                            "write_timeout must be 'default', 'close' or 'retry'");
        };
    }

    /**
     * Whether a connection may go on that takes some of it.
     *
     * @param usual what the default stands for
     */
    public boolean retries(WriteTimeout usual) {
        return (this == DEFAULT ? usual : this) == RETRY;
    }

    /** As monitoring shows it: empty for the default. */
    public String chosen() {
        return this == DEFAULT ? "" : toString();
    }

    /** As it is configured. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
