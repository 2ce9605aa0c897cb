package io.millrace.broker.config;

import io.millrace.broker.config.UnknownField.Block;
import io.millrace.protocol.Nkey;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads the keys that say who may connect: {@code authorization}, {@code accounts} and {@code
 * no_auth_user}. The first two share their users' names, whichever of them comes first.
 */
final class AuthKeys {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(60);
    private static final Set<String> CONNECTION_TYPES =
            Set.of(
                    "STANDARD",
                    "WEBSOCKET",
                    "LEAFNODE",
                    "LEAFNODE_WS",
                    "MQTT",
                    "MQTT_WS",
                    "IN_PROCESS");

    private final OptionsBuilder options;
    private final List<ConfigProblem> errors;
    private final List<ConfigProblem> warnings;
    private final List<UserOptions> users = new ArrayList<>();
    private final Set<String> accounts = new LinkedHashSet<>();
    private final Set<String> names = new HashSet<>();
    private boolean single;
    private boolean token;

    AuthKeys(OptionsBuilder options, List<ConfigProblem> errors, List<ConfigProblem> warnings) {
        this.options = options;
        this.errors = errors;
        this.warnings = warnings;
    }

    // --- authorization

    void authorization(ConfigValue value) throws BadValueException {
        List<UserOptions> read = new ArrayList<>();
        PermissionOptions defaults = null;
        String user = "";
        Secret password = Secret.NONE;
        boolean isVariable = false;
        Secret auth = Secret.NONE;
        Position usersAt = value.at();
        for (Map.Entry<String, ConfigValue.Entry> each :
                Typed.table("authorization", value).entrySet()) {
            String key = each.getKey().toLowerCase(Locale.ROOT);
            ConfigValue.Entry entry = each.getValue();
            try {
                switch (key) {
                    case "user", "username" -> user = Typed.text(key, entry.value());
                    case "pass", "password" -> {
                        password = Typed.secret(key, entry.value());
                        isVariable = entry.isVariable();
                    }
                    case "token" -> auth = Typed.secret(key, entry.value());
                    case "timeout" -> options.authTimeout(timeout(entry, warnings));
                    case "users" -> {
                        usersAt = entry.at();
                        read = users(entry.value(), UserOptions.GLOBAL_ACCOUNT);
                    }
                    case "default_permission", "default_permissions", "permissions" ->
                            defaults = PermissionKeys.read(entry.value(), errors);
                    case "auth_callout", "auth_hook", "proxy_required" ->
                            NotBuilt.refuse(each.getKey(), entry.value());
                    default -> unknown(Block.AUTHORIZATION, each.getKey(), entry);
                }
            } catch (BadValueException e) {
                errors.add(new ConfigProblem(entry.at(), e.getMessage()));
            }
        }
        if (user.isEmpty() && isVariable) {
            // A variable that is called like a key, for use further down.
            password = Secret.NONE;
        }
        single = !user.isEmpty() || !password.isEmpty();
        token = !auth.isEmpty();
        if (single && token) {
            throw new BadValueException("Cannot have a user/pass and token");
        }
        options.username(user).password(password).token(auth);
        options.authorizationBlock(true);
        add(usersAt, read, defaults);
    }

    static Duration timeout(ConfigValue.Entry entry, List<ConfigProblem> warnings)
            throws BadValueException {
        Duration timeout =
                switch (entry.value()) {
                    case ConfigValue.Whole(Position _, long seconds) ->
                            Duration.ofSeconds(Math.clamp(seconds, -1, Integer.MAX_VALUE));
                    case ConfigValue.Fraction(Position _, double seconds) ->
                            Duration.ofNanos((long) (Math.clamp(seconds, -1, 1e9) * 1e9));
                    default -> Typed.strictDuration("timeout", entry.value());
                };
        if (timeout.compareTo(LONG_TIMEOUT) > 0) {
            warnings.add(
                    new ConfigProblem(
                            entry.at(),
                            "timeout of "
                                    + Durations.text(timeout)
                                    + " is high, consider keeping it under 60 seconds. possibly"
                                    + " caused by unquoted duration; use '1m' instead of 1m, for"
                                    + " example"));
        }
        return timeout;
    }

    // --- accounts

    void accounts(ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Array(Position _, List<ConfigValue> values)) {
            for (ConfigValue name : values) {
                account(name.at(), Typed.text("account", name));
            }
            return;
        }
        for (Map.Entry<String, ConfigValue.Entry> entry :
                Typed.table("accounts", value).entrySet()) {
            if (entry.getValue().isVariable()) {
                continue;
            }
            account(entry.getValue().at(), entry.getKey());
            try {
                account(entry.getKey(), entry.getValue().value());
            } catch (BadValueException e) {
                errors.add(new ConfigProblem(entry.getValue().at(), e.getMessage()));
            }
        }
    }

    private void account(Position at, String name) {
        if (name.equals(UserOptions.GLOBAL_ACCOUNT)) {
            errors.add(new ConfigProblem(at, '"' + name + "\" is a Reserved Account"));
        } else if (!accounts.add(name)) {
            errors.add(new ConfigProblem(at, "Duplicate Account Entry: " + name));
        }
        options.accounts(accounts);
    }

    private void account(String name, ConfigValue value) throws BadValueException {
        List<UserOptions> read = new ArrayList<>();
        PermissionOptions defaults = null;
        Position usersAt = value.at();
        for (Map.Entry<String, ConfigValue.Entry> each :
                Typed.table("account " + name, value).entrySet()) {
            ConfigValue.Entry entry = each.getValue();
            try {
                switch (each.getKey().toLowerCase(Locale.ROOT)) {
                    case "users" -> {
                        usersAt = entry.at();
                        read = users(entry.value(), name);
                    }
                    case "default_permissions" ->
                            defaults = PermissionKeys.read(entry.value(), errors);
                    case "nkey",
                            "imports",
                            "exports",
                            "jetstream",
                            "mappings",
                            "maps",
                            "limits",
                            "msg_trace",
                            "trace_dest" ->
                            NotBuilt.refuse(each.getKey(), entry.value());
                    default -> unknown(Block.ACCOUNT, each.getKey(), entry);
                }
            } catch (BadValueException e) {
                errors.add(new ConfigProblem(entry.at(), e.getMessage()));
            }
        }
        add(usersAt, read, defaults);
    }

    // --- users

    private void add(Position at, List<UserOptions> read, @Nullable PermissionOptions defaults) {
        for (UserOptions user : read) {
            if (names.add(user.name())) {
                users.add(user.withDefaults(defaults));
            } else {
                String kind = user.isNkey() ? "nkey" : "user";
                errors.add(
                        new ConfigProblem(
                                at, "Duplicate " + kind + " \"" + user.name() + "\" detected"));
            }
        }
        if (!users.isEmpty() && single) {
            errors.add(new ConfigProblem(at, "Can not have a single user/pass and a users array"));
        } else if (!users.isEmpty() && token) {
            errors.add(new ConfigProblem(at, "Can not have a token and a users array"));
        }
        options.users(users);
    }

    private List<UserOptions> users(ConfigValue value, String account) throws BadValueException {
        List<UserOptions> read = new ArrayList<>();
        for (ConfigValue each : Typed.array("users", value)) {
            try {
                read.add(user(each, account));
            } catch (BadValueException e) {
                errors.add(new ConfigProblem(each.at(), e.getMessage()));
            }
        }
        return read;
    }

    private UserOptions user(ConfigValue value, String account) throws BadValueException {
        String name = "";
        String nkey = "";
        Secret password = Secret.NONE;
        PermissionOptions permissions = null;
        Set<String> types = Set.of();
        for (Map.Entry<String, ConfigValue.Entry> each :
                Typed.table("user entry", value).entrySet()) {
            String key = each.getKey().toLowerCase(Locale.ROOT);
            ConfigValue setting = each.getValue().value();
            switch (key) {
                case "user", "username" -> name = Typed.text(key, setting);
                case "pass", "password" -> password = Typed.secret(key, setting);
                case "nkey" -> nkey = Typed.text(key, setting);
                case "permission", "permissions", "authorization" ->
                        permissions = PermissionKeys.read(setting, errors);
                case "allowed_connection_types", "connection_types", "clients" ->
                        types = connectionTypes(Typed.texts(key, setting));
                case "proxy_required" -> NotBuilt.refuse(each.getKey(), setting);
                default -> unknown(Block.USER, each.getKey(), each.getValue());
            }
        }
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

    private static Set<String> connectionTypes(List<String> written) throws BadValueException {
        Set<String> types = new LinkedHashSet<>();
        for (String type : written) {
            types.add(type.toUpperCase(Locale.ROOT));
        }
        List<String> unknown =
                types.stream().filter(type -> !CONNECTION_TYPES.contains(type)).toList();
        if (!unknown.isEmpty()) {
            throw new BadValueException(
                    "invalid connection types [\"" + String.join("\" \"", unknown) + "\"]");
        }
        return types;
    }

    private void unknown(Block block, String key, ConfigValue.Entry entry) {
        if (!entry.isVariable()) {
            errors.add(new ConfigProblem(entry.at(), UnknownField.in(block, key).getMessage()));
        }
    }
}
