package io.millrace.broker.store.seal;

/**
 * The keys that a store is opened with, as they were configured.
 *
 * @param key empty for none: the store isn't to be encrypted
 * @param previousKey what the key was before; empty for none
 * @param cipher for a store that is made; one that is there keeps its own
 */
public record StoreSecrets(String key, String previousKey, StoreCipher cipher) {
    /** Those of a store that isn't encrypted. */
    public static final StoreSecrets NONE = new StoreSecrets("", "", StoreCipher.CHACHA);

    /** Whether the store is to be encrypted. */
    public boolean isThere() {
        return !key.isEmpty();
    }

    @Override
    public String toString() {
        return isThere() ? "[REDACTED]" : "none";
    }
}
