package io.millrace.broker.config.auth;

import io.millrace.broker.config.Block;
import io.millrace.broker.config.account.AccountKeys;

/**
 * The block of one account; the accounts themselves are called as anybody likes. A class of its own
 * so that whoever has no accounts doesn't wait for it at the start.
 */
public final class AccountBlock {
    public static final Block BLOCK = new Block("accounts");

    static {
        BLOCK.key(AuthKeys::users, "users");
        BLOCK.key(
                (field, in) ->
                        in.settings()
                                .set(AuthKeys.DEFAULT_PERMISSIONS, PermissionKeys.read(field, in)),
                "default_permissions");
        AccountKeys.addTo(BLOCK);
    }

    private AccountBlock() {}
}
