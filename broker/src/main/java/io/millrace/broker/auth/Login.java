package io.millrace.broker.auth;

import io.millrace.protocol.ConnectOptions.Credentials;

/**
 * What a connection has to show when it logs in.
 *
 * @param credentials what it sent in CONNECT
 * @param nonce what it was told to sign; empty if it was told nothing
 */
public record Login(Credentials credentials, String nonce) {}
