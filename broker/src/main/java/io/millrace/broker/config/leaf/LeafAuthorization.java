package io.millrace.broker.config.leaf;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.protocol.Nkey;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code authorization} block of leaf nodes: who they must be, and what they belong to. */
final class LeafAuthorization {
    static final Block BLOCK = new Block("authorization");

    private static final Block USER = new Block("users");

    private static final Rows<LeafUser> ROWS = new Rows<>(USER);

    private static final Option<String> NAME =
            ROWS.option("").key(Kind.TEXT, "user", "username").concluded();

    private static final Option<Secret> PASSWORD =
            ROWS.option(Secret.NONE).key(Kind.SECRET, "password", "pass").concluded();

    private static final Option<String> ACCOUNT =
            ROWS.option("").key(Kind.TEXT, "account").concluded();

    static {
        USER.notBuilt("proxy_required");
        BLOCK.notBuilt("proxy_required");
    }

    private LeafAuthorization() {}

    static void read(Field field, Reading in) throws BadValueException {
        BLOCK.read(Typed.table("authorization", field.value()), in);
        String problem = problem(LeafKeys.of(in.settings()));
        if (!problem.isEmpty()) {
            // It is said once, where it stands.
            in.settings().forget(LeafKeys.USERS);
            throw new BadValueException(problem);
        }
    }

    /** What is wrong with who leaf nodes must be; empty if nothing is. */
    static String problem(LeafOptions leaf) {
        if (leaf.users().isEmpty()) {
            return "";
        }
        if (!leaf.username().isEmpty()) {
            return "can not have a single user/pass and a users array";
        }
        if (!leaf.nkey().isEmpty()) {
            return "can not have a single nkey and a users array";
        }
        List<String> names = new ArrayList<>();
        for (LeafUser user : leaf.users()) {
            if (names.contains(user.name())) {
                return "duplicate user \"" + user.name() + "\" detected in leafnode authorization";
            }
            names.add(user.name());
        }
        return "";
    }

    static String nkey(String text) {
        if (!Nkey.isPublicUserKey(text)) {
            throw new IllegalArgumentException(
                    "Not a valid public nkey for leafnode authorization");
        }
        return text;
    }

    static List<LeafUser> users(Field field, Reading in) throws BadValueException {
        if (!(field.value() instanceof ConfigValue.Array(Position _, List<ConfigValue> elements))) {
            throw new BadValueException(
                    "Expected users field to be an array, got " + field.value().kind());
        }
        List<LeafUser> users = new ArrayList<>();
        for (ConfigValue element : elements) {
            if (element
                    instanceof
                    ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries)) {
                Settings said = new Settings();
                USER.read(entries, in.into(said));
                users.add(new LeafUser(said.get(NAME), said.get(PASSWORD), said.get(ACCOUNT)));
            } else {
                in.error(
                        element.at(),
                        "Expected user entry to be a map/struct, got " + element.kind());
            }
        }
        return users;
    }
}
