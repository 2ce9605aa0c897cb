package io.millrace.broker.tls;

/** A file of certificates or keys can't be used. The message is for people and holds no secret. */
public final class TlsFileException extends Exception {
    private static final long serialVersionUID = 1L;

    TlsFileException(String message) {
        super(message);
    }

    TlsFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
