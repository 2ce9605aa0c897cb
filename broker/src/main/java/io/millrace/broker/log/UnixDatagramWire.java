package io.millrace.broker.log;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A Unix datagram socket, which is what {@code /dev/log} is and which the JDK's channels don't
 * offer: four calls of the C library through the foreign function API.
 *
 * <p>Only a server with a local syslog loads this class. The datagram on UDP port 514 of this
 * machine would be no substitute: hardly any syslog listens there, and lines would vanish unseen.
 */
@SuppressWarnings("restricted")
final class UnixDatagramWire implements SyslogWire {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;

    /** Linux: u16 family, 108 bytes of path. macOS: u8 length, u8 family, 104 bytes of path. */
    private static final int ADDRESS_BYTES = 110;

    private static final int PATH_OFFSET = 2;
    private static final int MAX_PATH_BYTES = 103;
    private static final boolean BSD_ADDRESS =
            System.getProperty("os.name", "").startsWith("Mac OS");

    private static final MethodHandle SOCKET = call("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT = call("connect", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle SEND =
            Linker.nativeLinker()
                    .downcallHandle(
                            address("send"),
                            FunctionDescriptor.of(
                                    JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = call("close", JAVA_INT);

    private final int descriptor;

    private UnixDatagramWire(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Connects to the socket of that path. */
    static UnixDatagramWire connect(Path path) throws IOException {
        int descriptor = socket();
        UnixDatagramWire wire = new UnixDatagramWire(descriptor);
        try (Arena arena = Arena.ofConfined()) {
            if (callInt(CONNECT, descriptor, address(path, arena), ADDRESS_BYTES) != 0) {
                wire.close();
                throw new IOException("no datagram socket accepts at " + path);
            }
        }
        return wire;
    }

    static int socket() throws IOException {
        int descriptor = callInt(SOCKET, AF_UNIX, SOCK_DGRAM, 0);
        if (descriptor < 0) {
            throw new IOException("no Unix datagram socket to be had");
        }
        return descriptor;
    }

    static MemorySegment address(Path path, Arena arena) throws IOException {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_PATH_BYTES) {
            throw new IOException("path too long for a socket: " + path);
        }
        MemorySegment address = arena.allocate(ADDRESS_BYTES, Short.BYTES);
        if (BSD_ADDRESS) {
            address.set(JAVA_BYTE, 0, (byte) (PATH_OFFSET + bytes.length));
            address.set(JAVA_BYTE, 1, (byte) AF_UNIX);
        } else {
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        }
        MemorySegment.copy(bytes, 0, address, JAVA_BYTE, PATH_OFFSET, bytes.length);
        return address;
    }

    @Override
    public void send(byte[] message) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, message);
            long sent = (long) SEND.invokeExact(descriptor, bytes, (long) message.length, 0);
            if (sent != message.length) {
                throw new IOException("the datagram was not taken");
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        close(descriptor);
    }

    static void close(int descriptor) {
        callInt(CLOSE, descriptor);
    }

    private static MethodHandle call(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(address(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MemorySegment address(String function) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(function);
    }

    private static int callInt(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
