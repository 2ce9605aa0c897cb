package io.millrace.broker.config.auth;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.protocol.Nkey;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The options of one user. */
public final class UserKeys {
    public static final Block USER = new Block("users");

    private static final Rows<UserOptions> ROWS = new Rows<>(USER);

    private static final Option<String> NAME =
            ROWS.option("").key(Kind.TEXT, "user", "username").concluded();

    private static final Option<Secret> PASSWORD =
            ROWS.option(Secret.NONE).key(Kind.SECRET, "password", "pass").concluded();

    private static final Option<String> NKEY = ROWS.option("").key(Kind.TEXT, "nkey").concluded();

    private static final Option<@Nullable PermissionOptions> PERMISSIONS =
            ROWS.<@Nullable PermissionOptions>option(null)
                    .key(PermissionKeys::read, "permissions", "permission", "authorization")
                    .concluded();

    private static final Option<Set<String>> CONNECTION_TYPES =
            ROWS.option(Set.<String>of())
                    .key(
                            UserKeys::connectionTypes,
                            "allowed_connection_types",
                            "connection_types",
                            "clients")
                    .concluded();

    static {
        USER.notBuilt("proxy_required");
    }

    private static final Set<String> KNOWN_CONNECTION_TYPES =
            Set.of(
                    "STANDARD",
                    "WEBSOCKET",
                    "LEAFNODE",
                    "LEAFNODE_WS",
                    "MQTT",
                    "MQTT_WS",
                    "IN_PROCESS");

    private UserKeys() {}

    /**
     * Reads an array of users; each that is wrong is an error of its own.
     *
     * @param account what they belong to
     * @throws BadValueException if it isn't an array
     */
    static List<UserOptions> read(Field field, String account, Reading in)
            throws BadValueException {
        List<UserOptions> read = new ArrayList<>();
        for (ConfigValue each : Typed.array("users", field.value())) {
            try {
                read.add(user(each, account, in));
            } catch (BadValueException e) {
                in.error(each.at(), e.getMessage());
            }
        }
        return read;
    }

    private static UserOptions user(ConfigValue value, String account, Reading in)
            throws BadValueException {
        Settings said = new Settings();
        for (Map.Entry<String, ConfigValue.Entry> each :
                Typed.table("user entry", value).entrySet()) {
            USER.read(Field.of(each.getKey(), each.getValue()), in.into(said));
        }
        String name = said.get(NAME);
        String nkey = said.get(NKEY);
        Secret password = said.get(PASSWORD);
        PermissionOptions permissions = said.get(PERMISSIONS);
        Set<String> types = said.get(CONNECTION_TYPES);
        if (nkey.isEmpty() && name.isEmpty()) {
            throw new BadValueException("User entry requires a user");
        }
        if (nkey.isEmpty()) {
            return new UserOptions(name, false, password, permissions, types, account);
        }
        if (!Nkey.isPublicUserKey(nkey)) {
            throw new BadValueException("Not a valid public nkey for a user");
        }
        if (!name.isEmpty() || !password.isEmpty()) {
            throw new BadValueException("Nkey users do not take usernames or passwords");
        }
        return new UserOptions(nkey, true, Secret.NONE, permissions, types, account);
    }

    private static Set<String> connectionTypes(Field field, Reading in) throws BadValueException {
        Set<String> types = new LinkedHashSet<>();
        for (String type : Kind.TEXTS.read(field, in)) {
            types.add(type.toUpperCase(Locale.ROOT));
        }
        List<String> unknown =
                types.stream().filter(type -> !KNOWN_CONNECTION_TYPES.contains(type)).toList();
        if (!unknown.isEmpty()) {
            throw new BadValueException(
                    "invalid connection types [\"" + String.join("\" \"", unknown) + "\"]");
        }
        return types;
    }
}
