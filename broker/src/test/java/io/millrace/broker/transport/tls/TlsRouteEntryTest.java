package io.millrace.broker.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.tls.TestCa;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLEngine;

class TlsRouteEntryTest {
    private static final int PIECE = 16 * 1024;

    /** Notes what it hears. */
    private static final class Heard implements HandshakeListener {
        final List<String> all = new ArrayList<>();

        @Override
        public void handshakeBegins() {
            all.add("begins");
        }

        @Override
        public void handshakeFailed(String cause) {
            all.add(cause);
        }

        @Override
        public void secured(TlsSession session) {
            all.add("secured");
        }
    }

    /** While the slow parts are being done, what else comes piles up; but not without end. */
    @Test
    void shouldTakeOnlySoMuchWhileTheHandshakeLasts(@TempDir Path folder) throws Exception {
        TestCa ca = new TestCa();
        TestCa.Issued own = ca.server();
        TlsOptions options =
                TlsOptions.builder()
                        .certificate(
                                own.writeCertificate(folder, "own.pem"),
                                own.writeKey(folder, "own.key"))
                        .caFile(ca.write(folder))
                        .build();
        CountDownLatch busy = new CountDownLatch(1);
        try (RouteTls tls = RouteTls.open(options, List.of(), ServerLog.discarding())) {
            tls.worker().execute(() -> awaitQuietly(busy));
            Heard heard = new Heard();
            EmbeddedChannel channel = new EmbeddedChannel(tls.entry(heard, null));
            assertThat(heard.all).containsExactly("begins");

            channel.writeInbound(hello(ca, own));
            int taken = 0;
            List<ByteBuf> pieces = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                ByteBuf piece = Unpooled.directBuffer(PIECE).writeZero(PIECE);
                pieces.add(piece);
                channel.writeInbound(piece);
                taken += heard.all.size() == 1 ? PIECE : 0;
            }
            assertThat(heard.all).containsExactly("begins", "handshake is too long");
            assertThat(taken).isBetween(PIECE, TlsRouteEntry.MAX_HANDSHAKE_BYTES);
            // What came too late was not kept.
            assertThat(pieces.getLast().refCnt()).isZero();

            busy.countDown();
            channel.close();
            channel.runPendingTasks();
            assertThat(heard.all).hasSize(2);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The first thing that a client says. */
    private static ByteBuf hello(TestCa ca, TestCa.Issued issued) throws Exception {
        SSLEngine client = ca.client(issued).createSSLEngine();
        client.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), record);
        return Unpooled.wrappedBuffer(record.flip());
    }
}
