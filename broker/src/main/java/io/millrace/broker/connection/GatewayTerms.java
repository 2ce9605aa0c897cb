package io.millrace.broker.connection;

import io.millrace.broker.auth.RouteLogin;

/**
 * What holds for gateways; a reload makes another.
 *
 * @param limits what they are held to
 * @param login what servers that dial must present
 */
public record GatewayTerms(ConnectionLimits limits, RouteLogin login) {}
