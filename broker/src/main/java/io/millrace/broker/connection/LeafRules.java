package io.millrace.broker.connection;

import io.millrace.broker.auth.LeafLogin;
import io.millrace.broker.config.compression.CompressionOptions;

/**
 * What holds for leaf node connections; a reload makes another.
 *
 * @param limits what they are held to
 * @param compression what this server wishes of leaf nodes that connect
 * @param login what these must present
 */
public record LeafRules(ConnectionLimits limits, CompressionOptions compression, LeafLogin login) {}
