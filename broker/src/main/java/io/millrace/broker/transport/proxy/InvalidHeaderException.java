package io.millrace.broker.transport.proxy;

/** What a proxy has said makes no sense; the message is for the log, in the reference's words. */
final class InvalidHeaderException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidHeaderException(String message) {
        super(message, null, false, false);
    }

    /** It breaks the rules of the protocol. */
    static InvalidHeaderException of(String why) {
        return new InvalidHeaderException("invalid PROXY protocol header: " + why);
    }

    /** The protocol has it, but no client can come that way. */
    static InvalidHeaderException unsupported(String why) {
        return new InvalidHeaderException("unsupported PROXY protocol feature: " + why);
    }
}
