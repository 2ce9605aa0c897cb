package io.millrace.broker.routing.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.routing.RouterFixture;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.Test;

import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;

class TlsSessionTest {
    @Test
    void shouldShowTheClientsCertificates() throws Exception {
        X509Certificate certificate =
                new TestCa().issue("CN=derek,OU=dev,O=Acme,DC=com", "EC").certificate();
        TlsSession session =
                new TlsSession("1.3", "TLS_AES_128_GCM_SHA256", false, List.of(certificate));
        assertThat(session.peers())
                .containsExactly(
                        new TlsSession.Peer(
                                "CN=derek,OU=dev,O=Acme",
                                sha256(certificate.getPublicKey().getEncoded()),
                                sha256(certificate.getEncoded())));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    @Test
    void shouldStayWithTheClient() {
        TlsSession session = new TlsSession("1.2", "x", true, List.of());
        try (RouterFixture fixture = new RouterFixture(ServerLog.discarding())) {
            RouterFixture.CountingPeer peer = new RouterFixture.CountingPeer();
            Client client = fixture.client(peer);
            fixture.router.clients().onOpenSilently(client);
            fixture.router.flush(0);
            assertThat(peer.flushes).isZero();
            assertThat(client.tls()).isEmpty();
            fixture.router.clients().onSecured(client, session);
            fixture.router.flush(0);
            assertThat(client.tls()).contains(session);
            assertThat(peer.flushes).isEqualTo(1);
            fixture.router
                    .clients()
                    .onClosed(client, io.millrace.broker.delivery.CloseReason.CLIENT_CLOSED);
        }
    }
}
