package io.millrace.broker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Does what an application asks for on a thread that ends with it. Libraries keep things for each
 * thread that uses them: with a thread of the application's those would live as long as that, and
 * with them the class loader of an application that was taken down.
 */
final class Apart {
    private Apart() {}

    /** Something that may take a while. */
    @FunctionalInterface
    interface Work<T> {
        /** Does it. */
        T run() throws IOException;
    }

    /**
     * Does it, and waits for that; an interrupt is passed on to it, and shows again behind it.
     *
     * @throws IOException as the work throws it
     */
    static <T> T call(Work<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = new Thread(task, "millrace-call");
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    thread.interrupt();
                }
            }
        } catch (ExecutionException e) {
            throw asThrown(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The same, which shows below where it comes from who asked for the work. */
    private static IOException asThrown(Throwable cause) {
        List<StackTraceElement> trace = new ArrayList<>(List.of(cause.getStackTrace()));
        trace.addAll(List.of(new Throwable().getStackTrace()));
        cause.setStackTrace(trace.toArray(StackTraceElement[]::new));
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> new IOException(cause);
        };
    }
}
