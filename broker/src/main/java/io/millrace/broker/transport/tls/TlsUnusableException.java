package io.millrace.broker.transport.tls;

import java.io.IOException;

/** TLS can't be had as it is configured. The message is for people and holds no secret. */
public final class TlsUnusableException extends IOException {
    private static final long serialVersionUID = 1L;

    TlsUnusableException(String message, Throwable cause) {
        super(message, cause);
    }

    public TlsUnusableException(String message) {
        super(message);
    }
}
