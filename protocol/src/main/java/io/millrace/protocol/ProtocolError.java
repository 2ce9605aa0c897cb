package io.millrace.protocol;

import java.nio.charset.StandardCharsets;

/**
 * What a server tells a client that did something wrong, as {@code -ERR '<text>'}.
 *
 * <p>Texts are the reference server's, to the letter: clients compare them.
 */
public enum ProtocolError {
    UNKNOWN_OPERATION("Unknown Protocol Operation", true),
    MAXIMUM_CONTROL_LINE("maximum control line exceeded", true),
    MAXIMUM_PAYLOAD("Maximum Payload Violation", true),
    /** Bad arguments: the connection is closed without a word. */
    MALFORMED("", true),
    /** The server behind a link said {@code -ERR}: the link is closed without a word. */
    ROUTE_ERROR("", true),
    ROUTE_PORT("attempted to connect to route port", true),
    GATEWAY_PORT("attempted to connect to gateway port", true),
    LEAF_NODE_PORT("attempted to connect to leaf node port", true),
    AUTHORIZATION_VIOLATION("Authorization Violation", true),
    AUTHENTICATION_TIMEOUT("Authentication Timeout", true),
    INVALID_CLIENT_PROTOCOL("invalid client protocol", true),
    NO_RESPONDERS_REQUIRES_HEADERS("no responders requires headers support", true),
    MAXIMUM_CONNECTIONS("maximum connections exceeded", true),
    MAXIMUM_ACCOUNT_CONNECTIONS("maximum account active connections exceeded", true),
    TLS_REQUIRED("Secure Connection - TLS Required", true),
    CONNECTION_THROTTLED("Connection throttling is active. Please try again later.", true),
    STALE_CONNECTION("Stale Connection", true),
    INVALID_SUBJECT("Invalid Subject", false),
    INVALID_PUBLISH_SUBJECT("Invalid Publish Subject", false),
    MAXIMUM_SUBSCRIPTIONS("maximum subscriptions exceeded", false),
    SLOW_CONSUMER("Slow Consumer", true);

    private final String text;
    private final boolean closes;
    private final byte[] line;

    ProtocolError(String text, boolean closes) {
        this.text = text;
        this.closes = closes;
        this.line = text.isEmpty() ? new byte[0] : line(text);
    }

    /** Returns the line for an error whose text depends on what was asked. */
    public static byte[] line(String text) {
        return ("-ERR '" + text + "'\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The text for a subscription whose subject has more tokens than allowed. */
    public static String tooManyTokens(String subject) {
        return "Permissions Violation for Subscription to \"" + subject + "\", too many tokens";
    }

    /** The text for a message that its sender may not publish; the subject is quoted. */
    public static String publishViolation(String subject) {
        return "Permissions Violation for Publish to \"" + subject + '"';
    }

    /** The text for a message whose reply subject is reserved; the subject is quoted. */
    public static String replyViolation(String reply) {
        return "Permissions Violation for Publish with Reply of \"" + reply + '"';
    }

    /**
     * The text for a subscription that is not allowed; subject and queue group are quoted.
     *
     * @param queue empty for none
     */
    public static String subscriptionViolation(String subject, String queue) {
        return "Permissions Violation for Subscription to \""
                + subject
                + '"'
                + (queue.isEmpty() ? "" : " using queue \"" + queue + '"');
    }

    public String text() {
        return text;
    }

    /** Whether the connection ends with this error. */
    public boolean closes() {
        return closes;
    }

    /** The line as it is sent; empty when nothing is. */
    public byte[] line() {
        return line.clone();
    }
}
