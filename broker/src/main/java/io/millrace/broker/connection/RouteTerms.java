package io.millrace.broker.connection;

import io.millrace.broker.auth.RouteLogin;
import io.millrace.broker.config.compression.CompressionOptions;

/**
 * What holds for routes; a reload makes another.
 *
 * @param limits what they are held to
 * @param compression what this server wishes
 * @param login what servers that dial must present
 */
public record RouteTerms(
        ConnectionLimits limits, CompressionOptions compression, RouteLogin login) {}
