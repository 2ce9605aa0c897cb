package io.millrace.broker.transport.tls;

import java.security.cert.CertificateException;
import java.util.Locale;

/** Why a handshake failed, as one line for the log. */
final class HandshakeFault {
    private static final int LONGEST = 256;

    /** Behind it, BoringSSL has its reason: {@code NO_SHARED_CIPHER}. */
    private static final String BORINGSSL = "OPENSSL_internal:";

    private HandshakeFault() {}

    static String text(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null && !(cause instanceof CertificateException)) {
            cause = cause.getCause();
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
