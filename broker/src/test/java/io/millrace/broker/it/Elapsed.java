package io.millrace.broker.it;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Some time has gone by since this was made. */
record Elapsed(long endNs) implements BooleanSupplier {
    Elapsed(Duration time) {
        this(System.nanoTime() + time.toNanos());
    }

    @Override
    public boolean getAsBoolean() {
        return System.nanoTime() - endNs >= 0;
    }
}
