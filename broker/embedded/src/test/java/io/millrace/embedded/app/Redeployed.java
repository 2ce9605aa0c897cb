package io.millrace.embedded.app;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/**
 * A container of applications that takes one down that had a server inside: nothing of it is left.
 * Says nothing, unless something is. Run in a JVM of its own.
 */
public final class Redeployed {
    private static final long SOON_NS = 30_000_000_000L;

    private Redeployed() {}

    /**
     * Starts a server by classes of its own, and forgets both.
     *
     * @param args the jar
     */
    public static void main(String[] args) throws Exception {
        WeakReference<ClassLoader> application = serve(Path.of(args[0]).toUri().toURL());
        long begin = System.nanoTime();
        while (application.get() != null) {
            Application.check(
                    System.nanoTime() - begin < SOON_NS, "the application's classes are held");
            System.gc();
            Thread.sleep(10);
        }
    }

    private static WeakReference<ClassLoader> serve(URL jar) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader())) {
            Class<?> server = loader.loadClass("io.millrace.broker.NatsServer");
            Object builder = server.getMethod("builder").invoke(null);
            Object options = builder.getClass().getMethod("port", int.class).invoke(builder, 0);
            Object text = "http: \"127.0.0.1:-1\"";
            options.getClass().getMethod("config", String.class).invoke(options, text);
            AutoCloseable started =
                    (AutoCloseable) options.getClass().getMethod("start").invoke(options);
            int port = (int) server.getMethod("port").invoke(started);
            try (RawClient client = new RawClient(port)) {
                client.send("SUB a 1\r\nPUB a 5\r\nhello\r\nPING\r\n");
                client.expect("MSG a 1 5");
                client.expect("hello");
                client.expect("PONG");
            }
            server.getMethod("stats").invoke(started);
            server.getMethod("reload").invoke(started);
            started.close();
            return new WeakReference<>(loader);
        }
    }
}
