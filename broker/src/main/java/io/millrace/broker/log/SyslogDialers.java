package io.millrace.broker.log;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The ways to a syslog. */
final class SyslogDialers {
    /** Port of a syslog that is named without one; IANA's. */
    static final int DEFAULT_PORT = 514;

    private static final List<Path> LOCAL_SOCKETS =
            List.of(Path.of("/dev/log"), Path.of("/var/run/syslog"), Path.of("/var/run/log"));

    private SyslogDialers() {}

    /**
     * The way to a syslog elsewhere.
     *
     * @param address {@code udp://host:port}, {@code tcp://host:port} or {@code
     *     unix:///path/of/a/stream/socket} as in the reference, or {@code syslog://host:port} for
     *     UDP; the port is 514 if left out
     * @throws IOException if the address is none of these; the message is the reference's
     */
    static SyslogWire.Dialer remote(String address) throws IOException {
        URI uri = parse(address);
        String scheme = String.valueOf(uri.getScheme());
        return switch (scheme) {
            case "udp", "syslog" -> {
                requireHost(uri, address);
                yield () -> new ChannelWire(connect(DatagramChannel.open(), hostOf(uri)));
            }
            case "tcp" -> {
                requireHost(uri, address);
                yield () -> new ChannelWire(connect(SocketChannel.open(), hostOf(uri)));
            }
            case "unix" -> () -> stream(Path.of(uri.getPath()));
            default -> throw new IOException("error invalid network type: \"" + scheme + "\"");
        };
    }

    private static URI parse(String address) throws IOException {
        try {
            return URI.create(address);
        } catch (IllegalArgumentException e) {
            throw new IOException("error invalid remote syslog address: " + e.getMessage(), e);
        }
    }

    private static void requireHost(URI uri, String address) throws IOException {
        if (uri.getHost() == null) {
            throw new IOException("error invalid remote syslog address: \"" + address + "\"");
        }
    }

    private static InetSocketAddress hostOf(URI uri) throws IOException {
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        InetSocketAddress address = new InetSocketAddress(uri.getHost(), port);
        if (address.isUnresolved()) {
            throw new UnknownHostException(uri.getHost());
        }
        return address;
    }

    /** The way to this machine's syslog: the first of the usual sockets that accepts us. */
    static SyslogWire.Dialer local() {
        return () -> local(LOCAL_SOCKETS);
    }

    static SyslogWire local(List<Path> sockets) throws IOException {
        IOException none = new IOException("Unix syslog delivery error");
        for (Path socket : sockets) {
            if (!Files.exists(socket)) {
                continue;
            }
            try {
                return UnixDatagramWire.connect(socket);
            } catch (IOException e) {
                none.addSuppressed(e);
            }
            try {
                return stream(socket);
            } catch (IOException e) {
                none.addSuppressed(e);
            }
        }
        throw none;
    }

    private static SyslogWire stream(Path socket) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
        return new ChannelWire(connect(SocketChannel.open(StandardProtocolFamily.UNIX), address));
    }

    private static SocketChannel connect(SocketChannel channel, SocketAddress address)
            throws IOException {
        try {
            channel.connect(address);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static DatagramChannel connect(DatagramChannel channel, SocketAddress address)
            throws IOException {
        try {
            return channel.connect(address);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private record ChannelWire(ByteChannel channel) implements SyslogWire {
        @Override
        public void send(byte[] message) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(message);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // It is given up in any case.
            }
        }
    }
}
