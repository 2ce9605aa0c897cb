package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import sun.misc.Unsafe;

import java.lang.reflect.Field;

/**
 * What this JVM was told to allow. What it wasn't it warns of on standard error, in the midst of
 * what an application prints that has a server inside; so nothing of that is done there.
 */
@SuppressWarnings("removal")
public final class JvmAccess {
    /** What {@code --sun-misc-unsafe-memory-access} sets. */
    private static final String PROPERTY = "sun.misc.unsafe.memory.access";

    private JvmAccess() {}

    /** Whether a module may call native code, and reach native memory by its address. */
    public static boolean nativeCode(Module module) {
        return module.isNativeAccessEnabled();
    }

    /** Whether the memory access of {@link Unsafe} may be used, by our libraries, too. */
    public static boolean unsafe() {
        return "allow".equals(System.getProperty(PROPERTY));
    }

    /** Returns null in a JVM that would warn of its use, or refuse it. */
    static @Nullable Unsafe unsafeIfAllowed() {
        if (!unsafe() || !nativeCode(JvmAccess.class.getModule())) {
            return null;
        }
        try {
            Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
