package io.millrace.protocol;

import org.jspecify.annotations.Nullable;

import sun.misc.Unsafe;

import java.lang.reflect.Field;

/** Finds {@link Unsafe} where the JVM was told to allow its memory access. */
@SuppressWarnings("removal")
final class UnsafeAccess {
    /** What {@code --sun-misc-unsafe-memory-access} sets. */
    private static final String PROPERTY = "sun.misc.unsafe.memory.access";

    private UnsafeAccess() {}

    /** Returns null in a JVM that would warn of its use, or refuse it. */
    static @Nullable Unsafe ifAllowed() {
        if (!"allow".equals(System.getProperty(PROPERTY))) {
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
