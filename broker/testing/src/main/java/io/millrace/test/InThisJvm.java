package io.millrace.test;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** A server in this JVM, which is new enough to have its classes; this code isn't. */
final class InThisJvm implements Running {
    private static final String SERVER = "io.millrace.broker.NatsServer";

    private final Object server;
    private final int port;

    private InThisJvm(Object server) throws IOException {
        this.server = server;
        this.port = (int) call(server, "port");
    }

    static InThisJvm start(String config, int port) throws IOException {
        try {
            Object builder = Class.forName(SERVER).getMethod("builder").invoke(null);
            builder = method(builder, "config", String.class).invoke(builder, config);
            builder = method(builder, "host", String.class).invoke(builder, "127.0.0.1");
            builder = method(builder, "port", int.class).invoke(builder, port);
            return new InThisJvm(call(builder, "start"));
        } catch (InvocationTargetException e) {
            throw failed(e);
        } catch (ReflectiveOperationException e) {
            throw new IOException("millrace-embedded is missing, or another version", e);
        }
    }

    private static Method method(Object on, String name, Class<?>... types)
            throws NoSuchMethodException {
        return on.getClass().getMethod(name, types);
    }

    private static Object call(Object on, String name) throws IOException {
        try {
            return method(on, name).invoke(on);
        } catch (InvocationTargetException e) {
            throw failed(e);
        } catch (ReflectiveOperationException e) {
            throw new IOException("millrace-embedded is another version", e);
        }
    }

    private static IOException failed(InvocationTargetException e) {
        Throwable cause = e.getCause();
        return new IOException("the server doesn't start: " + cause.getMessage(), cause);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Object server() {
        return server;
    }

    @Override
    public void close() {
        try {
            ((AutoCloseable) server).close();
        } catch (Exception e) {
            throw new IllegalStateException("the server doesn't close", e);
        }
    }
}
