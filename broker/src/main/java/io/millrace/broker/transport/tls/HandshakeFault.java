package io.millrace.broker.transport.tls;

import io.netty.handler.ssl.NotSslRecordException;

import java.security.cert.CertificateException;
import java.util.Locale;

/** Why a handshake failed, as one line for the log. */
final class HandshakeFault {
    private static final int LONGEST = 256;

    /** Behind it, BoringSSL has its reason: {@code NO_SHARED_CIPHER}. */
    private static final String BORINGSSL = "OPENSSL_internal:";

    /** What is said of bytes that are no TLS at all, whatever they are. */
    static final String NOT_TLS = "first record does not look like a TLS handshake";

    private HandshakeFault() {}

    /**
     * Whether all would be well if the other side had another name. The JDK has no exception for
     * that: a chain that doesn't hold has one of its own, or a cause.
     */
    static boolean isOfName(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getClass() == CertificateException.class;
    }

    static String text(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null && !(cause instanceof CertificateException)) {
            cause = cause.getCause();
        }
        if (cause instanceof NotSslRecordException) {
            return NOT_TLS;
        }
        String message = String.valueOf(cause.getMessage());
        int boringSsl = message.indexOf(BORINGSSL);
        if (boringSsl >= 0) {
            message =
                    message.substring(boringSsl + BORINGSSL.length())
                            .replace('_', ' ')
                            .toLowerCase(Locale.ROOT);
        }
        return message.length() <= LONGEST ? message : message.substring(0, LONGEST);
    }
}
