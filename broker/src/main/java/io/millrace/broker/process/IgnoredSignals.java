package io.millrace.broker.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Takes back that whoever started the process had signals ignored: {@code nohup} does it with HUP,
 * a shell with the INT of what it starts in the background. The JVM then refuses handlers for them,
 * whereas the reference reloads and shuts down on them all the same.
 *
 * <p>Linux tells the ignored signals in {@code /proc}; only if one of ours is among them is the C
 * library's {@code signal} called. Elsewhere they stay ignored.
 */
@SuppressWarnings("restricted")
final class IgnoredSignals {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String FIELD = "SigIgn:";

    /** Linux's numbers of the signals that others have ignored. */
    private static final Map<ServerSignal, Integer> NUMBERS =
            Map.of(
                    ServerSignal.RELOAD, 1,
                    ServerSignal.INTERRUPT, 2,
                    ServerSignal.TERMINATE, 15);

    private IgnoredSignals() {}

    /** Those of the signals that are ignored and can be restored. */
    static List<ServerSignal> among(ServerSignal... signals) {
        long ignored = ignored(STATUS);
        return Stream.of(signals)
                .filter(NUMBERS::containsKey)
                .filter(signal -> (ignored & 1L << (NUMBERS.get(signal) - 1)) != 0)
                .toList();
    }

    /** Gives a signal its default effect again. Takes a tenth of a second the first time. */
    static void restore(ServerSignal signal) {
        restore(NUMBERS.get(signal));
    }

    /** The mask of ignored signals, signal 1 in its lowest bit; 0 where nobody tells. */
    static long ignored(Path status) {
        try {
            String text = Files.readString(status);
            int field = text.indexOf(FIELD);
            int end = text.indexOf('\n', field);
            return field < 0 || end < 0
                    ? 0
                    : Long.parseUnsignedLong(
                            text.substring(field + FIELD.length(), end).strip(), 16);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void restore(int signal) {
        Linker linker = Linker.nativeLinker();
        MethodHandle function =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("signal"),
                        FunctionDescriptor.of(
                                ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try {
            // SIG_DFL is the null pointer.
            MemorySegment old = (MemorySegment) function.invokeExact(signal, MemorySegment.NULL);
            assert old.address() == 1 : "was not ignored";
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
