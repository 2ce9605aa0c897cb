package io.millrace.broker.auth;

import io.millrace.protocol.ConnectOptions.Credentials;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;

/**
 * What a connection has to show when it logs in.
 *
 * @param credentials what it sent in CONNECT
 * @param nonce what it was told to sign; empty if it was told nothing
 * @param certificate its TLS certificate, which was verified; null if it has none
 * @param type how it has come
 */
public record Login(
        Credentials credentials,
        String nonce,
        @Nullable X509Certificate certificate,
        ConnectionType type) {}
