package io.millrace.broker.config.leaf;

import io.millrace.broker.config.Secret;

/**
 * Who a leaf node may be.
 *
 * @param name the user's name
 * @param password plain or hashed with bcrypt
 * @param account the account that the leaf node is bound to; empty for the global one
 */
public record LeafUser(String name, Secret password, String account) {}
