package io.millrace.broker.process;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the process's signals and hands them to the server.
 *
 * <p>{@code Main} installs it before anything else: until then USR1, USR2 and HUP kill the JVM, and
 * a harness may send one as soon as the process exists. Signals that arrive before {@link
 * #deliverTo} wait for it.
 *
 * <p>{@code sun.misc.Signal} is called by reflection, since the compiler has no way to accept a
 * warning about it and this project takes no warnings. The proxy for its handler makes up most of
 * what this costs: 13 ms on two cores, 6 with an AOT cache.
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
     * Takes every signal of {@link ServerSignal} that this operating system has, those included
     * that {@code nohup} or a shell in the background had ignored.
     */
    public static Signals install() {
        IgnoredSignals.restore();
        Signals signals = new Signals();
        for (ServerSignal signal : ServerSignal.values()) {
            signals.take(signal);
        }
        return signals;
    }

    /** Delivers what has arrived, then what arrives from now on. */
    public synchronized void deliverTo(Handler handler) {
        this.handler = handler;
        waiting.forEach(handler::onSignal);
        waiting.clear();
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
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object receiver =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handlerType},
                            (proxy, method, arguments) -> {
                                arrived(signal);
                                return null;
                            });
            type.getMethod("handle", type, handlerType)
                    .invoke(
                            null,
                            type.getConstructor(String.class).newInstance(signal.posixName()),
                            receiver);
        } catch (InvocationTargetException e) {
            // This operating system has no such signal (Windows), or the JVM was told to keep it.
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no sun.misc.Signal", e);
        }
    }
}
