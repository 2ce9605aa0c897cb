package io.millrace.broker.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A syslog's end of a Unix datagram socket. */
@SuppressWarnings("restricted")
final class UnixDatagramReceiver implements AutoCloseable {
    private static final int MAX_BYTES = 4_096;

    /** MSG_DONTWAIT: what was sent before is there, and a test must not hang in native code. */
    private static final int DONT_WAIT =
            System.getProperty("os.name", "").startsWith("Mac OS") ? 0x80 : 0x40;

    private final int descriptor;

    UnixDatagramReceiver(Path path) throws IOException {
        descriptor = UnixDatagramWire.socket();
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle bind =
                    handle(
                            "bind",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT));
            MemorySegment address = UnixDatagramWire.address(path, arena);
            if ((int) bind.invoke(descriptor, address, (int) address.byteSize()) != 0) {
                throw new IOException("cannot bind " + path);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    String receive() {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle receive =
                    handle(
                            "recv",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT));
            MemorySegment bytes = arena.allocate(MAX_BYTES);
            long length = (long) receive.invoke(descriptor, bytes, (long) MAX_BYTES, DONT_WAIT);
            return new String(
                    bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE),
                    StandardCharsets.UTF_8);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        UnixDatagramWire.close(descriptor);
    }

    private static MethodHandle handle(String function, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
    }
}
