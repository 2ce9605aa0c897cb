package io.millrace.broker.config.auth;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.account.AccountOptions;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * Someone who may connect.
 *
 * @param name the user's name; its public key if it is an nkey user
 * @param isNkey whether it proves itself by signing with its nkey
 * @param password plain or hashed with bcrypt; none for nkey users
 * @param permissions what it may do; null for everything
 * @param connectionTypes kinds of connection it may use, in capitals; empty for all
 * @param account the account it belongs to
 */
public record UserOptions(
        String name,
        boolean isNkey,
        Secret password,
        @Nullable PermissionOptions permissions,
        Set<String> connectionTypes,
        String account) {
    /** The account of users that were not put into one. */
    public static final String GLOBAL_ACCOUNT = AccountOptions.GLOBAL;

    UserOptions withDefaults(@Nullable PermissionOptions defaults) {
        return permissions != null || defaults == null
                ? this
                : new UserOptions(name, isNkey, password, defaults, connectionTypes, account);
    }
}
