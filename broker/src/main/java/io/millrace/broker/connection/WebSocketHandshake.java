package io.millrace.broker.connection;

import io.millrace.protocol.ConnectOptions.Credentials;

/**
 * What a client and the server agreed upon when a WebSocket was opened. Immutable.
 *
 * @param compressed whether messages may be compressed, each for itself
 * @param masked whether the client's frames must be masked
 * @param browser whether the client is a browser, which likes small frames
 * @param wholeCompressed whether compressed messages must come in one frame, however large
 * @param forwardedFor for whom a proxy says that the client has come; empty for itself
 * @param cookies what counts where CONNECT doesn't say otherwise
 */
public record WebSocketHandshake(
        boolean compressed,
        boolean masked,
        boolean browser,
        boolean wholeCompressed,
        String forwardedFor,
        Credentials cookies) {}
