package io.millrace.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The floor: a server that reads what clients publish and throws it away. It parses nothing, and
 * answers a PING only where one ends a read. What a real server takes beyond it is its own.
 *
 * <pre>
 *   DiscardingServer PORT
 * </pre>
 */
public final class DiscardingServer {
    private static final int READ_BYTES = 64 * 1024;
    private static final String INFO =
            "INFO {\"server_id\":\"FLOOR\",\"version\":\"2.15.0\",\"proto\":1,\"headers\":true,"
                    + "\"max_payload\":1048576} \r\n";
    private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

    private DiscardingServer() {}

    /** Serves until it is killed. */
    public static void main(String[] arguments) throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])));
            while (true) {
                SocketChannel client = listening.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            }
        }
    }

    private static void serve(SocketChannel channel) {
        try (SocketChannel client = channel) {
            client.write(ByteBuffer.wrap(INFO.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
            while (client.read(in.clear()) >= 0) {
                if (endsWithPing(in)) {
                    client.write(ByteBuffer.wrap("PONG\r\n".getBytes(StandardCharsets.US_ASCII)));
                }
            }
        } catch (IOException e) {
            // the client is gone
        }
    }

    private static boolean endsWithPing(ByteBuffer in) {
        int start = in.position() - PING.length;
        for (int i = 0; i < PING.length; i++) {
            if (start < 0 || in.get(start + i) != PING[i]) {
                return false;
            }
        }
        return true;
    }
}
