package io.millrace.broker.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.connection.Greeted;
import io.millrace.broker.connection.HandshakeListener;
import io.millrace.broker.connection.Link;
import io.millrace.broker.delivery.CloseReason;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.peer.TlsSession;
import io.millrace.broker.tls.TestCa;
import io.millrace.protocol.ProtocolError;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLEngine;

/** The ways into TLS, without a network. */
class TlsEntriesTest {
    private static final int PIECE = 16 * 1024;

    @TempDir Path folder;
    private TestCa ca;
    private TestCa.Issued own;
    private TlsOptions options;

    /** Notes what it hears of a handshake. */
    private static class Heard implements HandshakeListener {
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

    /** The same of one who is greeted before. */
    private static final class HeardAsClient extends Heard implements Greeted {
        @Override
        public void handshakeFailed(String cause, boolean probe, boolean inTheClear) {
            assertThat(probe || inTheClear).isFalse();
            handshakeFailed(cause);
        }

        @Override
        public Link link() {
            throw new IllegalStateException("is for those without TLS");
        }

        @Override
        public void open() {}

        @Override
        public void openSilently() {}

        @Override
        public void greet() {}

        @Override
        public void ready() {}

        @Override
        public void refuse(ProtocolError error, CloseReason why) {
            all.add(why.toString());
        }

        @Override
        public void holdReading() {}

        @Override
        public void startReading() {}
    }

    @BeforeEach
    void issue() throws Exception {
        ca = new TestCa();
        own = ca.server();
        options =
                TlsOptions.builder()
                        .certificate(
                                own.writeCertificate(folder, "own.pem"),
                                own.writeKey(folder, "own.key"))
                        .caFile(ca.write(folder))
                        .timeout(Duration.ofMinutes(1))
                        .build();
    }

    @Test
    void shouldTakeOnlySoMuchFromAServerWhileTheHandshakeLasts() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        try (LinkTls tls =
                LinkTls.open("route", options.verified(), List.of(), ServerLog.discarding())) {
            tls.worker().execute(() -> awaitQuietly(busy));
            Heard heard = new Heard();
            shouldTakeOnlySoMuch(new EmbeddedChannel(tls.entry(heard, null)), heard, busy);
        }
    }

    @Test
    void shouldTakeOnlySoMuchFromAClientWhileTheHandshakeLasts() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        try (TlsContexts tls = TlsContexts.open(options.verified(), ServerLog.discarding())) {
            tls.worker().execute(() -> awaitQuietly(busy));
            HeardAsClient heard = new HeardAsClient();
            EmbeddedChannel channel = new EmbeddedChannel(new TlsEntry(heard, tls, false));
            // INFO has left.
            channel.flush();
            shouldTakeOnlySoMuch(channel, heard, busy);
        }
    }

    /** While the slow parts are being done, what else comes piles up; but not without end. */
    private void shouldTakeOnlySoMuch(EmbeddedChannel channel, Heard heard, CountDownLatch busy)
            throws Exception {
        assertThat(heard.all).containsExactly("begins");

        channel.writeInbound(hello());
        int taken = 0;
        List<ByteBuf> pieces = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ByteBuf piece = Unpooled.directBuffer(PIECE).writeZero(PIECE);
            pieces.add(piece);
            channel.writeInbound(piece);
            taken += heard.all.size() == 1 ? PIECE : 0;
        }
        assertThat(heard.all).containsExactly("begins", "handshake is too long");
        assertThat(taken).isBetween(PIECE, HandshakeBound.MAX_BYTES);
        // What came too late was not kept.
        assertThat(pieces.getLast().refCnt()).isZero();

        busy.countDown();
        channel.close();
        channel.runPendingTasks();
        assertThat(heard.all).startsWith("begins", "handshake is too long");
    }

    @Test
    void shouldNotShakeHandsWithOneWhoIsTurnedAwayBefore() throws Exception {
        TlsOptions seldom = options.toBuilder().connectionRateLimit(1).build();
        try (TlsContexts tls = TlsContexts.open(seldom, ServerLog.discarding())) {
            EmbeddedChannel crowded = new EmbeddedChannel();
            Heard full =
                    new Heard() {
                        @Override
                        public void handshakeBegins() {
                            super.handshakeBegins();
                            crowded.close();
                        }
                    };
            TlsFirstEntry entry = tls.first(full);
            crowded.pipeline().addLast(entry);
            crowded.pipeline().fireChannelActive();
            crowded.runPendingTasks();
            assertThat(full.all).containsExactly("begins", "EOF");
            assertThat(crowded.pipeline().get(SslHandler.class)).isNull();

            // It hasn't been counted as the one of this second.
            EmbeddedChannel next = new EmbeddedChannel(tls.first(new Heard()));
            assertThat(next.pipeline().get(SslHandler.class)).isNotNull();
            next.finishAndReleaseAll();
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
    private ByteBuf hello() throws Exception {
        SSLEngine client = ca.client(own).createSSLEngine();
        client.setUseClientMode(true);
        ByteBuffer record = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), record);
        return Unpooled.wrappedBuffer(record.flip());
    }
}
