package io.millrace.broker.config.auth;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Flag;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingKeys;
import io.millrace.broker.config.account.Tenants;
import io.millrace.broker.config.tls.ClientTlsKeys;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The options of who may connect: {@code authorization}, {@code accounts} and {@code no_auth_user}.
 * The first two share their users' names, whichever of them comes first. What there is to say of an
 * account but for its users is read elsewhere, see {@link Tenants}, and what all accounts share is
 * known only when the configuration is.
 */
public final class AuthKeys {
    public static final Block AUTHORIZATION = new Block("authorization");

    public static final Rows<AuthOptions> ROWS = new Rows<>(new Block(""));

    static {
        ROWS.block().key(AuthKeys::authorization, "authorization");
        ROWS.block().key(AuthKeys::accounts, "accounts");
        ROWS.block().key(AuthKeys::mappings, "mappings", "maps");
    }

    public static final Option<String> USERNAME =
            ROWS.option(AuthOptions::username, "")
                    .in(AUTHORIZATION)
                    .key(Kind.TEXT, "user", "username")
                    .flag(Flag.Kind.TEXT, "user")
                    .called("authorization username")
                    .live();

    public static final Option<Secret> PASSWORD =
            ROWS.option(AuthOptions::password, Secret.NONE)
                    .in(AUTHORIZATION)
                    .key(AuthKeys::password, "password", "pass")
                    .flag(Flag.Kind.SECRET, "pass")
                    .called("authorization password")
                    .live();

    public static final Option<Secret> TOKEN =
            ROWS.option(AuthOptions::token, Secret.NONE)
                    .in(AUTHORIZATION)
                    .key(Kind.SECRET, "token")
                    .flag(Flag.Kind.SECRET, "auth")
                    .live();

    public static final Option<List<UserOptions>> USERS =
            ROWS.option(AuthOptions::users, List.<UserOptions>of())
                    .called("authorization users")
                    .live();

    /** Concluded. */
    private static final Option<Boolean> ANONYMOUS =
            ROWS.option(AuthOptions::anonymous, false)
                    .called("authorization anonymous")
                    .liveIf(AuthKeys::hasSameSystemAccount);

    /** Zero until it is concluded, for what is usual. */
    public static final Option<Duration> TIMEOUT =
            ROWS.option(AuthOptions::timeout, Duration.ZERO)
                    .in(AUTHORIZATION)
                    .key(AuthTimeout::read, "timeout")
                    .called("authorization timeout")
                    .live();

    public static final Option<String> NO_AUTH_USER =
            ROWS.option(AuthOptions::noAuthUser, "").key(Kind.TEXT, "no_auth_user").live();

    public static final Option<List<AccountOptions>> ACCOUNTS =
            ROWS.option(AuthOptions::accounts, List.<AccountOptions>of()).called("accounts").live();

    /** Concluded. */
    public static final Option<String> SYSTEM_ACCOUNT =
            ROWS.option(AuthOptions::systemAccount, "").key(Kind.TEXT, "system_account").fixed();

    /** The same by its other name, which counts less. */
    private static final Option<String> SYSTEM =
            ROWS.<String>option("").key(Kind.TEXT, "system").concluded();

    private static final Option<Boolean> NO_SYSTEM_ACCOUNT =
            ROWS.<Boolean>option(false)
                    .key(Kind.BOOLEAN, "no_system_account", "no_system", "no_sys_acc")
                    .concluded();

    static {
        AUTHORIZATION.key(AuthKeys::users, "users");
        AUTHORIZATION.notBuilt("auth_callout", "auth_hook", "proxy_required");
    }

    static final Option<@Nullable PermissionOptions> DEFAULT_PERMISSIONS =
            ROWS.<@Nullable PermissionOptions>option(null)
                    .in(AUTHORIZATION)
                    .key(
                            PermissionKeys::read,
                            "default_permissions",
                            "default_permission",
                            "permissions")
                    .concluded();

    /** Whether the configuration has an authorization block, be it empty. */
    private static final Option<Boolean> HAS_BLOCK = Option.of(false);

    /** Whether a password is what something else refers to. */
    private static final Option<Boolean> IS_VARIABLE = Option.of(false);

    private static final Option<String> BLOCK_ACCOUNT = Option.of(UserOptions.GLOBAL_ACCOUNT);

    private static final Option<@Nullable Position> BLOCK_USERS_AT =
            Option.<@Nullable Position>of(null);

    private static final Option<List<UserOptions>> BLOCK_USERS = Option.of(List.<UserOptions>of());

    private static final Option<@Nullable Tenants> TENANTS = Option.<@Nullable Tenants>of(null);

    private static final Option<@Nullable Logins> LOGINS = Option.<@Nullable Logins>of(null);

    private AuthKeys() {}

    /** The record. */
    public static AuthOptions of(Settings settings) {
        return new AuthOptions(
                settings.get(USERNAME),
                settings.get(PASSWORD),
                settings.get(TOKEN),
                List.copyOf(settings.get(USERS)),
                settings.get(NO_AUTH_USER),
                settings.get(ANONYMOUS),
                settings.get(TIMEOUT),
                List.copyOf(settings.get(ACCOUNTS)),
                chosenSystemAccount(settings));
    }

    private static String chosenSystemAccount(Settings settings) {
        String chosen = settings.get(SYSTEM_ACCOUNT);
        return chosen.isEmpty() ? settings.get(SYSTEM) : chosen;
    }

    /** The one that is chosen, or the default; empty if there is to be none. */
    public static String systemAccount(Settings settings) {
        String chosen = chosenSystemAccount(settings);
        boolean byDefault =
                !settings.get(NO_SYSTEM_ACCOUNT)
                        || AuthOptions.names(settings.get(ACCOUNTS))
                                .contains(AuthOptions.SYSTEM_ACCOUNT);
        return chosen.isEmpty() && byDefault ? AuthOptions.SYSTEM_ACCOUNT : chosen;
    }

    /** All accounts that there are by what was said, the global one and the system's included. */
    public static Set<String> accountNames(Settings settings) {
        Set<String> names = new HashSet<>(AuthOptions.names(settings.get(ACCOUNTS)));
        names.add(UserOptions.GLOBAL_ACCOUNT);
        names.add(systemAccount(settings));
        return names;
    }

    /** Fills in what follows from other options. */
    public static void conclude(Settings settings) {
        settings.set(
                TIMEOUT,
                AuthOptions.timeout(settings.get(TIMEOUT), settings.get(ClientTlsKeys.TLS)));
        settings.set(SYSTEM_ACCOUNT, systemAccount(settings));
        settings.set(ANONYMOUS, isOnlySystemAccount(settings));
    }

    /**
     * Whether users are there for the system account's sake alone. Then everybody else is let into
     * the global account as before; with an authorization block, be it empty, or a login of a flag,
     * nobody is.
     */
    private static boolean isOnlySystemAccount(Settings settings) {
        return !settings.get(HAS_BLOCK)
                && settings.get(USERNAME).isEmpty()
                && settings.get(TOKEN).isEmpty()
                && settings.get(NO_AUTH_USER).isEmpty()
                && !settings.get(USERS).isEmpty()
                && AuthOptions.names(settings.get(ACCOUNTS))
                        .equals(Set.of(settings.get(SYSTEM_ACCOUNT)));
    }

    private static boolean hasSameSystemAccount(AuthOptions running, AuthOptions wanted) {
        return running.systemAccount().equals(wanted.systemAccount());
    }

    // --- authorization

    private static void authorization(Field field, Reading in) throws BadValueException {
        Settings block = new Settings();
        AUTHORIZATION.read(Typed.table("authorization", field.value()), in.into(block));
        if (block.has(TIMEOUT)) {
            in.settings().copy(TIMEOUT, block);
        }
        String user = block.get(USERNAME);
        // A variable may be called like a key, for use further down.
        boolean noPassword = user.isEmpty() && block.get(IS_VARIABLE);
        Secret password = noPassword ? Secret.NONE : block.get(PASSWORD);
        Secret token = block.get(TOKEN);
        Logins logins = logins(in);
        logins.expect(!user.isEmpty() || !password.isEmpty(), !token.isEmpty());
        in.settings().set(USERNAME, user).set(PASSWORD, password).set(TOKEN, token);
        in.settings().set(HAS_BLOCK, true);
        addUsers(field.value().at(), block, false, in);
    }

    private static Secret password(Field field, Reading in) throws BadValueException {
        Secret password = Kind.SECRET.read(field, in);
        in.settings().set(IS_VARIABLE, field.entry().isVariable());
        return password;
    }

    // --- accounts

    private static void accounts(Field field, Reading in) throws BadValueException {
        Tenants tenants = tenants(in);
        int before = in.errors().size();
        if (field.value() instanceof ConfigValue.Array(Position _, List<ConfigValue> values)) {
            for (ConfigValue name : values) {
                tenants.add(name.at(), Typed.text("account", name), in);
            }
        } else {
            Typed.table("accounts", field.value())
                    .forEach((name, entry) -> account(name, entry, tenants, in));
        }
        if (in.errors().size() > before) {
            tenants.setBroken();
        }
        in.settings().set(ACCOUNTS, tenants.named());
    }

    private static void account(String name, ConfigValue.Entry entry, Tenants tenants, Reading in) {
        if (entry.isVariable()) {
            return;
        }
        if (!(entry.value()
                instanceof ConfigValue.Table(Position at, Map<String, ConfigValue.Entry> inside))) {
            in.error(entry.at(), "Expected map entries for accounts");
            return;
        }
        if (tenants.add(entry.at(), name, in)) {
            Settings block = new Settings().set(BLOCK_ACCOUNT, name);
            AccountBlock.BLOCK.read(inside, in.into(block));
            tenants.put(name, block);
            addUsers(at, block, true, in);
        }
    }

    private static void mappings(Field field, Reading in) throws BadValueException {
        tenants(in).putMappings(MappingKeys.read(field, in));
    }

    private static Tenants tenants(Reading in) {
        Tenants tenants = in.aside().get(TENANTS);
        if (tenants == null) {
            tenants = new Tenants();
            in.aside().set(TENANTS, tenants);
        }
        return tenants;
    }

    /**
     * Takes over what can be judged only when all is read: what accounts share. What is wrong is
     * added to the errors.
     */
    public static void end(Reading in) {
        Tenants tenants = in.aside().get(TENANTS);
        if (tenants != null) {
            boolean hasSystemAccount = !systemAccount(in.settings()).isEmpty();
            in.settings().set(ACCOUNTS, tenants.concluded(hasSystemAccount, in));
        }
    }

    // --- users

    static void users(Field field, Reading in) throws BadValueException {
        in.settings().set(BLOCK_USERS_AT, field.at());
        in.settings().set(BLOCK_USERS, UserKeys.read(field, in.settings().get(BLOCK_ACCOUNT), in));
    }

    /**
     * Adds the users of a block to those of the others.
     *
     * @param at where the block begins
     */
    private static void addUsers(Position at, Settings block, boolean ofAccount, Reading in) {
        Position said = block.get(BLOCK_USERS_AT);
        Position users = said == null ? at : said;
        Logins logins = logins(in);
        List<UserOptions> read = block.get(BLOCK_USERS);
        if (ofAccount) {
            logins.addOfAccount(users, read, block.get(DEFAULT_PERMISSIONS), in);
        } else {
            logins.add(users, read, block.get(DEFAULT_PERMISSIONS), in);
        }
        in.settings().set(USERS, logins.users());
    }

    private static Logins logins(Reading in) {
        Logins logins = in.aside().get(LOGINS);
        if (logins == null) {
            logins = new Logins();
            in.aside().set(LOGINS, logins);
        }
        return logins;
    }
}
