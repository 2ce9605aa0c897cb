package io.millrace.broker.routing.view;

import io.millrace.broker.config.auth.PermissionOptions;

import org.jspecify.annotations.Nullable;

/**
 * Who a client is, and what it may do.
 *
 * @param user the user or public key it is known by; never a secret
 * @param permissions null if it may do everything
 */
public record UserSnapshot(String user, String account, @Nullable PermissionOptions permissions) {}
