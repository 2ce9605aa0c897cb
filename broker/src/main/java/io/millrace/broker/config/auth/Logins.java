package io.millrace.broker.config.auth;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who may connect, while a configuration is read: all its blocks together, as names may not repeat
 * and the ways to log in may not be mixed.
 */
final class Logins {
    private final List<UserOptions> users = new ArrayList<>();
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

    /** Adds the users of the authorization block. */
    void add(
            Position at, List<UserOptions> read, @Nullable PermissionOptions defaults, Reading in) {
        join(at, read, defaults, in);
        if (!users.isEmpty() && single) {
            in.error(at, "Can not have a single user/pass and a users array");
        } else if (!users.isEmpty() && token) {
            in.error(at, "Can not have a token and a users array");
        }
    }

    /** Adds the users of an account. */
    void addOfAccount(
            Position at, List<UserOptions> read, @Nullable PermissionOptions defaults, Reading in) {
        join(at, read, defaults, in);
        if (!read.isEmpty() && single) {
            in.error(at, "Can not have a single user/pass and accounts");
        } else if (!read.isEmpty() && token) {
            in.error(at, "Can not have a token and accounts");
        }
    }

    private void join(
            Position at, List<UserOptions> read, @Nullable PermissionOptions defaults, Reading in) {
        for (UserOptions user : read) {
            if (names.add(user.name())) {
                users.add(user.withDefaults(defaults));
            } else {
                String kind = user.isNkey() ? "nkey" : "user";
                in.error(at, "Duplicate " + kind + " \"" + user.name() + "\" detected");
            }
        }
    }

    /** All users so far. */
    List<UserOptions> users() {
        return users;
    }
}
