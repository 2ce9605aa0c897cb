package io.millrace.broker.auth;

/**
 * What the connections of a server share to let clients in: who judges them, for now; what they
 * sign; and where long proofs are looked at. Any thread.
 */
public final class Authentication implements AutoCloseable {
    private final Nonces nonces = new Nonces();
    private final ProofThread proofs;
    private volatile Authenticator current;

    /**
     * Makes it.
     *
     * @param cores processors of the machine
     */
    public Authentication(Authenticator first, int cores) {
        this.current = first;
        this.proofs = new ProofThread(cores);
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

    /**
     * Looks at a proof on a thread of its own.
     *
     * @param whenDone told whether it holds, on that thread; never if it has stopped to wait, or
     *     the server closes before
     */
    public void prove(Verdict.Unproved unproved, Outcome whenDone) {
        proofs.prove(unproved.proof(), whenDone);
    }

    /** Waits for the outcome of a proof; called on the thread that looks at it. */
    public interface Outcome {
        /** Whether it still matters: looking at a proof is too dear for a client that has left. */
        boolean isAwaited();

        void accept(boolean holds);
    }

    @Override
    public void close() {
        proofs.close();
    }
}
