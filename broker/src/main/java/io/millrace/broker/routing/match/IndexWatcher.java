package io.millrace.broker.routing.match;

/** Hears where interest in an account changes. Routing thread. */
public interface IndexWatcher {
    /**
     * Interest in a subject has come or gone, or is another. The index may change no more and isn't
     * to be asked before this has returned.
     *
     * @param subject may have wildcards; not to be kept
     */
    void changed(byte[] subject);
}
