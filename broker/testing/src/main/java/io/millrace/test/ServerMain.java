package io.millrace.test;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a process with a server runs: ends it, and deletes its folder, when the JVM that started it
 * is no more, however it ended. That holds the other end of the standard input, and writes nothing.
 */
final class ServerMain {
    private static final String SERVER = "io.millrace.broker.Main";

    private ServerMain() {}

    /** The folder, and what the server's command line has. */
    public static void main(String[] args) throws ReflectiveOperationException {
        Path folder = Path.of(args[0]);
        Thread watch = new Thread(() -> endWithTheOther(folder), "millrace-test-watch");
        watch.setDaemon(true);
        watch.start();
        String[] command = Arrays.copyOfRange(args, 1, args.length);
        Class.forName(SERVER).getMethod("main", String[].class).invoke(null, (Object) command);
    }

    private static void endWithTheOther(Path folder) {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
            Wanted.delete(folder);
        } catch (IOException e) {
            // Nobody is left to be told.
        }
        Runtime.getRuntime().halt(0);
    }
}
