package io.millrace.broker.auth;

/**
 * What the connections of a server share to let clients in: who judges them, for now; what they
 * sign; where long proofs are looked at, and how those went that may come again. Any thread.
 */
public final class Authentication implements AutoCloseable {
    /** Passwords of one claimant that wait; as many as are hashed in about a second. */
    static final int MOST_PASSWORDS = 8;

    private final Nonces nonces = new Nonces();
    private final ProofMemory memory = new ProofMemory();
    private final ProofQueue passwords = new ProofQueue(MOST_PASSWORDS, System::nanoTime);
    private final ProofQueue signatures = new ProofQueue(Integer.MAX_VALUE, System::nanoTime);
    private final ProofPool hashing;

    /** A signature takes a thousandth of what a hash takes, and waits for none. */
    private final ProofPool verifying;

    private volatile Authenticator current;

    /** What is known about a proof at once. */
    public enum Answer {
        HOLDS,
        FAILS,
        /** Nothing yet: whoever asked is told. */
        LATER
    }

    /**
     * Makes it.
     *
     * @param cores processors of the machine; half of them may be busy with hashes
     */
    public Authentication(Authenticator first, int cores) {
        this.current = first;
        this.hashing = new ProofPool(passwords, memory, Math.max(1, cores / 2));
        this.verifying = new ProofPool(signatures, memory, 1);
    }

    /** Who judges logins now. */
    public Authenticator current() {
        return current;
    }

    /** Has other rules judge logins from here on. */
    public void use(Authenticator next) {
        current = next;
    }

    /** What a new client is to sign; empty where nobody needs to. */
    public String nonce() {
        return current.needsNonce() ? nonces.next() : "";
    }

    /** What a server is to sign that connects, whatever it proves itself with. */
    public String serverNonce() {
        return nonces.next();
    }

    /**
     * Has a proof looked at on a thread of its own, unless it is known how it goes.
     *
     * @param whenDone told whether it holds, on any thread; never if it has stopped to wait, or the
     *     server closes before. Told that it doesn't, too, when it has to give way to others of the
     *     same claimant.
     */
    public Answer prove(Claimant who, Proof proof, Outcome whenDone) {
        ProofDigest digest = memory.digest(proof);
        if (digest == null) {
            signatures.add(who, proof, null, whenDone);
            verifying.wakeUp();
            return Answer.LATER;
        }
        Boolean known = memory.outcome(digest);
        if (known != null) {
            passwords.judge(who, known);
            return known ? Answer.HOLDS : Answer.FAILS;
        }
        passwords.add(who, proof, digest, whenDone).forEach(refused -> refused.accept(false));
        hashing.wakeUp();
        return Answer.LATER;
    }

    /** Who waits for proofs, those included that have left and weren't thrown out yet. */
    int waiting() {
        return passwords.waiting() + signatures.waiting();
    }

    /** Proofs that are remembered. */
    int remembered() {
        return memory.size();
    }

    /** Waits for the outcome of a proof. */
    public interface Outcome {
        /** Whether it still matters: looking at a proof is too dear for a client that has left. */
        boolean isAwaited();

        void accept(boolean holds);
    }

    @Override
    public void close() {
        hashing.close();
        verifying.close();
    }
}
