package io.millrace.broker.store.seal;

import org.jspecify.annotations.Nullable;

import javax.crypto.SecretKey;

/** The key of one use of one file; any thread. */
public final class FileKey {
    /** That of stores that aren't encrypted. */
    public static final FileKey NONE = new FileKey(null);

    private final @Nullable SecretKey key;

    FileKey(@Nullable SecretKey key) {
        this.key = key;
    }

    SecretKey key() {
        if (key == null) {
            throw new IllegalStateException("no key");
        }
        return key;
    }
}
