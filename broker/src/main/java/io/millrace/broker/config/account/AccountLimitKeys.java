package io.millrace.broker.config.account;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;

import java.util.Map;

/** The {@code limits} of an account. */
final class AccountLimitKeys {
    private static final Block LIMITS =
            new Block(
                    "limits", key -> "Unknown field " + Quote.of(key) + " parsing account limits");

    private static final Rows<AccountLimits> ROWS = new Rows<>(LIMITS);

    private static final Option<Integer> CONNECTIONS = row("max_connections", "max_conn");
    private static final Option<Integer> SUBSCRIPTIONS = row("max_subscriptions", "max_subs");
    private static final Option<Integer> PAYLOAD = row("max_payload", "max_pay");
    private static final Option<Integer> LEAF_NODES = row("max_leafnodes", "max_leafs");

    private AccountLimitKeys() {}

    private static Option<Integer> row(String told, String other) {
        return ROWS.option(-1).key(AccountLimitKeys::limit, told, other).concluded();
    }

    private static int limit(Field field, Reading in) throws BadValueException {
        int limit = Typed.integer(field.key(), field.value());
        if (limit < -1) {
            throw new BadValueException(field.key() + " must be -1 or more: " + limit);
        }
        return limit;
    }

    static AccountLimits read(Field field, Reading in) throws BadValueException {
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "Expected account limits to be a map/struct, got " + field.value().kind());
        }
        Settings said = new Settings();
        LIMITS.read(entries, in.into(said));
        return new AccountLimits(
                said.get(CONNECTIONS),
                said.get(SUBSCRIPTIONS),
                said.get(PAYLOAD),
                said.get(LEAF_NODES));
    }
}
