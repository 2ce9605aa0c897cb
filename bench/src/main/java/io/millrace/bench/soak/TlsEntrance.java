package io.millrace.bench.soak;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Over TLS: reads INFO, then shakes hands.
 *
 * @param context trusts the server's certificate
 */
record TlsEntrance(int port, SSLContext context) implements Entrance {
    /** Trusts one certificate. */
    static TlsEntrance trusting(Path certificate, int port)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return new TlsEntrance(port, context);
    }

    @Override
    public Socket open() throws IOException {
        Socket clear = openClear();
        try {
            return secure(clear);
        } catch (IOException e) {
            clear.close();
            throw e;
        }
    }

    /** Connects and reads INFO, which is where a handshake begins. */
    Socket openClear() throws IOException {
        Socket socket = Entrance.connect(port);
        InputStream in = socket.getInputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                socket.close();
                throw new EOFException("closed before the end of INFO");
            }
        }
        return socket;
    }

    /** Shakes hands; what is closed in the end is both. */
    Socket secure(Socket clear) throws IOException {
        String host = clear.getInetAddress().getHostAddress();
        SSLSocket secured =
                (SSLSocket) context.getSocketFactory().createSocket(clear, host, port, true);
        secured.startHandshake();
        return secured;
    }

    @Override
    public String toString() {
        return "TLS";
    }
}
