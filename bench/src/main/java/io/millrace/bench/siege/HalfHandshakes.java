package io.millrace.bench.siege;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** A thousand clients that begin with TLS and don't finish. */
final class HalfHandshakes implements Siege {
    private static final int PEERS = 1_000;

    @Override
    public String name() {
        return "half-handshakes";
    }

    @Override
    public String sentence() {
        return "a thousand TLS handshakes are begun and never finished";
    }

    @Override
    public int growthMib() {
        return PEERS / 6;
    }

    /** Who only begins may be anybody who looks for open ports: that is logged for debugging. */
    @Override
    public boolean isNamed() {
        return false;
    }

    @Override
    public void run(Target target, Deadline until) throws IOException, InterruptedException {
        ByteBuffer hello = hello();
        for (int i = 0; i < PEERS && !until.isOver(); i++) {
            Peer peer = target.silent();
            peer.await(" \r\n", until);
            // Every other one says all of its first word, which takes the server some work.
            hello.rewind().limit(i % 2 == 0 ? hello.capacity() / 2 : hello.capacity());
            peer.say(hello, false, until);
        }
        until.await();
    }

    private static ByteBuffer hello() throws IOException {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
            engine.setUseClientMode(true);
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            return out.flip().slice();
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }
}
