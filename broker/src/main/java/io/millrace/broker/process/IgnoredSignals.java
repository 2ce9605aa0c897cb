package io.millrace.broker.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

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
    private static final int HUP = 1;
    private static final int INT = 2;
    private static final int TERM = 15;
    private static final String FIELD = "SigIgn:";

    private IgnoredSignals() {}

    /** Gives HUP, INT and TERM their default effects again where they are ignored. */
    static void restore() {
        long ignored = ignored(Path.of("/proc/self/status"));
        for (int signal : new int[] {HUP, INT, TERM}) {
            if ((ignored & 1L << (signal - 1)) != 0) {
                restore(signal);
            }
        }
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
