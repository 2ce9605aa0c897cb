package io.millrace.broker.config.gateway;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Key;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.UnknownField;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.PermissionKeys;

/** The {@code authorization} block of gateways: who may be one. */
final class GatewayAuthorization {
    /** Who misspells a key is led to those of the block of that name at the top. */
    static final Block BLOCK =
            new Block("authorization", key -> UnknownField.message(AuthKeys.AUTHORIZATION, key));

    static {
        BLOCK.key(
                GatewayAuthorization::permissions,
                "permissions",
                "default_permissions",
                "default_permission");
        BLOCK.notBuilt(refused("does not allow multiple users"), "users");
        BLOCK.notBuilt(refused("does not support tokens"), "token");
        BLOCK.notBuilt(refused("does not support callouts"), "auth_callout", "auth_hook");
    }

    private GatewayAuthorization() {}

    private static Key.Reader refused(String why) {
        return (_, _) -> {
            throw new BadValueException("Gateway authorization " + why);
        };
    }

    static void read(Field field, Reading in) throws BadValueException {
        BLOCK.read(Typed.table("authorization", field.value()), in);
    }

    /** The reference takes them, and makes nothing of them. */
    private static void permissions(Field field, Reading in) throws BadValueException {
        PermissionKeys.read(field, in);
        in.warn(
                field.at(),
                "invalid use of field \""
                        + field.written()
                        + "\": gateways have no permissions, those of accounts hold");
    }
}
