package io.millrace.broker.process;

import org.jspecify.annotations.Nullable;

import sun.misc.Signal;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes the process's signals and hands them to the server.
 *
 * <p>{@code Main} installs it before anything else: until then USR1, USR2 and HUP kill the JVM, and
 * a harness may send one as soon as the process exists. Signals that arrive before {@link
 * #deliverTo} wait for it.
 */
public final class Signals {
    /**
     * Decides what a signal means. Called on a thread of the JVM's making, one signal at a time.
     */
    @FunctionalInterface
    public interface Handler {
        /** Must return soon, a shutdown excepted: later signals wait for it. */
        void onSignal(ServerSignal signal);
    }

    private final List<ServerSignal> waiting = new ArrayList<>();
    private @Nullable Handler handler;

    private Signals() {}

    /**
     * Takes every signal of {@link ServerSignal} that this operating system has. Those that {@code
     * nohup} or a shell in the background had ignored stay so until {@link #deliverTo}.
     */
    public static Signals install() {
        Signals signals = new Signals();
        for (ServerSignal signal : ServerSignal.values()) {
            signals.take(signal);
        }
        return signals;
    }

    /** Sends a signal to this process itself. */
    public static void raise(ServerSignal signal) {
        Signal.raise(new Signal(signal.posixName()));
    }

    /**
     * Delivers what has arrived, then what arrives from now on. Returns when every signal is taken.
     */
    public void deliverTo(Handler handler) {
        synchronized (this) {
            this.handler = handler;
            waiting.forEach(handler::onSignal);
            waiting.clear();
        }
        // Only now: it takes a tenth of a second, which the start of a server need not wait for.
        for (ServerSignal signal : IgnoredSignals.among(ServerSignal.values())) {
            IgnoredSignals.restore(signal);
            // At once: between the two it would end the process.
            take(signal);
        }
    }

    private synchronized void arrived(ServerSignal signal) {
        if (handler == null) {
            waiting.add(signal);
        } else {
            handler.onSignal(signal);
        }
    }

    private void take(ServerSignal signal) {
        try {
            Signal.handle(new Signal(signal.posixName()), taken -> arrived(signal));
        } catch (IllegalArgumentException e) {
            // This operating system has no such signal (Windows), or the JVM was told to keep it.
        }
    }
}
