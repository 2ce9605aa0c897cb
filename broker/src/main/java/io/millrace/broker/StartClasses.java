package io.millrace.broker;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * The classes that the start of a server needs, as the build of the jar for embedding wrote them
 * down, in order. Where nothing is known of them, as in the executable, whose AOT cache has them
 * all, there are none. Threads share it.
 *
 * <p>Classes are loaded, but not initialized: that runs no code of theirs, so that no two threads
 * wait for each other.
 */
final class StartClasses {
    private static final String LIST = "start-classes";

    private @Nullable Deque<String> left;

    /** Loads those that are needed last first, as long as there is time. */
    void loadWhile(BooleanSupplier hasTime) {
        ClassLoader loader = StartClasses.class.getClassLoader();
        String name = next();
        while (name != null) {
            try {
                Class.forName(name, false, loader);
            } catch (ClassNotFoundException | LinkageError e) {
                // Whoever needs it meets with the same.
            }
            name = hasTime.getAsBoolean() ? next() : null;
        }
    }

    private synchronized @Nullable String next() {
        if (left == null) {
            left = read();
        }
        return left.pollLast();
    }

    private static Deque<String> read() {
        Deque<String> names = new ArrayDeque<>();
        try (InputStream in = StartClasses.class.getResourceAsStream(LIST)) {
            if (in != null) {
                String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                Collections.addAll(names, text.split("\n"));
            }
        } catch (IOException e) {
            // They are loaded when they are needed.
            return names;
        }
        return names;
    }
}
