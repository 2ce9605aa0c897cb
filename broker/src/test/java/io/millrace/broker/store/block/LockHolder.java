package io.millrace.broker.store.block;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;

/** Another process: has a store directory until its input ends. */
final class LockHolder {
    private LockHolder() {}

    /** Says whether it has it. */
    public static void main(String[] arguments) throws IOException {
        try (StoreDirectory directory =
                StoreDirectory.open(Path.of(arguments[0]), Clock.systemUTC(), new Random())) {
            System.out.println("holds " + directory.identity().id());
            while (System.in.read() >= 0) {
                // Whoever started it closes it.
            }
        } catch (StoreRefusedException e) {
            System.out.println(e.getMessage());
        }
    }
}
