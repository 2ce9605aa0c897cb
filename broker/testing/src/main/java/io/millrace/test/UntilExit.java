package io.millrace.test;

/** What was started, closed at the latest when this JVM ends. */
final class UntilExit implements AutoCloseable {
    private final Started started;
    private final Thread atExit = new Thread(this::end, "millrace-test-exit");

    UntilExit(Started started) {
        this.started = started;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    Started started() {
        return started;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // This JVM is about to end, and the hook finds nothing to close.
        }
    }

    private void end() {
        started.close();
    }
}
