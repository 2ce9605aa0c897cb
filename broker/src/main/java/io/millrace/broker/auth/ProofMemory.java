package io.millrace.broker.auth;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How proofs went that may come again, so that a client that connects anew is let in at once, and
 * one that tries a wrong password again and again costs nothing.
 *
 * <p>Holds no password, only digests of them together with the hash they were held against: with
 * another hash in the configuration, nothing is known any more. The right ones and the wrong ones
 * have room of their own, for {@value #MOST} each, less than a MiB in all; the longest unused goes
 * first. Any thread.
 */
final class ProofMemory {
    /** Digests of each kind; some hundred bytes each. */
    static final int MOST = 4096;

    private final Map<ProofDigest, Boolean> right = new Recent();
    private final Map<ProofDigest, Boolean> wrong = new Recent();
    private byte @Nullable [] key;

    private static final class Recent extends LinkedHashMap<ProofDigest, Boolean> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<ProofDigest, Boolean> eldest) {
            return size() > MOST;
        }
    }

    /** What a proof is remembered as; null if it can't come again. */
    @Nullable ProofDigest digest(Proof proof) {
        var parts = proof.sameBy();
        return parts.isEmpty() ? null : ProofDigest.of(key(), parts);
    }

    /** Made when it is first needed: most servers never need it. */
    private synchronized byte[] key() {
        byte[] made = key;
        if (made == null) {
            made = new byte[ProofDigest.KEY_BYTES];
            new SecureRandom().nextBytes(made);
            key = made;
        }
        return made;
    }

    /** How it went; null if that isn't known. */
    synchronized @Nullable Boolean outcome(ProofDigest digest) {
        Boolean held = right.get(digest);
        return held != null ? held : wrong.get(digest);
    }

    synchronized void remember(ProofDigest digest, boolean holds) {
        (holds ? right : wrong).put(digest, holds);
    }

    synchronized int size() {
        return right.size() + wrong.size();
    }
}
