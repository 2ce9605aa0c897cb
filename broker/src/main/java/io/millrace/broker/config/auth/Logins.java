package io.millrace.broker.config.auth;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.account.AccountOptions;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who may connect, while a configuration is read: all its blocks together, as names may not repeat
 * and the ways to log in may not be mixed.
 */
final class Logins {
    private final List<UserOptions> users = new ArrayList<>();
    private final Map<String, AccountOptions> accounts = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private boolean single;
    private boolean token;

    /**
     * There is a single user, or a token.
     *
     * @throws BadValueException if there are both
     */
    void expect(boolean single, boolean token) throws BadValueException {
        this.single = single;
        this.token = token;
        if (single && token) {
            throw new BadValueException("Cannot have a user/pass and token");
        }
    }

    void account(Position at, String name, Reading in) {
        if (name.equals(UserOptions.GLOBAL_ACCOUNT)) {
            in.error(at, '"' + name + "\" is a Reserved Account");
        } else if (accounts.putIfAbsent(name, AccountOptions.named(name)) != null) {
            in.error(at, "Duplicate Account Entry: " + name);
        }
    }

    void add(
            Position at, List<UserOptions> read, @Nullable PermissionOptions defaults, Reading in) {
        for (UserOptions user : read) {
            if (names.add(user.name())) {
                users.add(user.withDefaults(defaults));
            } else {
                String kind = user.isNkey() ? "nkey" : "user";
                in.error(at, "Duplicate " + kind + " \"" + user.name() + "\" detected");
            }
        }
        if (!users.isEmpty() && single) {
            in.error(at, "Can not have a single user/pass and a users array");
        } else if (!users.isEmpty() && token) {
            in.error(at, "Can not have a token and a users array");
        }
    }

    /** All users so far. */
    List<UserOptions> users() {
        return users;
    }

    /** All accounts so far. */
    List<AccountOptions> accounts() {
        return List.copyOf(accounts.values());
    }
}
