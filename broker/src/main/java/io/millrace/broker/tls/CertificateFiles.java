package io.millrace.broker.tls;

/**
 * Where a certificate and its private key lie.
 *
 * @param certFile PEM; the server's own certificate first, then those that vouch for it
 * @param keyFile PEM; not encrypted
 */
public record CertificateFiles(String certFile, String keyFile) {}
