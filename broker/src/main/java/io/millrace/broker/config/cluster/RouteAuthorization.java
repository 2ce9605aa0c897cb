package io.millrace.broker.config.cluster;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Key;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.UnknownField;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.PermissionKeys;
import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The {@code authorization} block of a cluster: who may be a route, and what it may do. */
final class RouteAuthorization {
    /** Who misspells a key is led to those of the block of that name at the top. */
    static final Block BLOCK =
            new Block("authorization", key -> UnknownField.message(AuthKeys.AUTHORIZATION, key));

    private static final Rows<ClusterOptions> ROWS = new Rows<>(BLOCK);

    /** What stands here counts only if nothing stands outside. */
    private static final Option<@Nullable RoutePermissions> DEPRECATED_PERMISSIONS =
            ROWS.<@Nullable RoutePermissions>option(null)
                    .key(
                            RouteAuthorization::deprecated,
                            "default_permissions",
                            "default_permission",
                            "permissions")
                    .concluded();

    /** The block's own key, for warnings. */
    private static final Option<@Nullable Field> OWN = Option.<@Nullable Field>of(null);

    static {
        BLOCK.notBuilt(refused("does not allow multiple users"), "users");
        BLOCK.notBuilt(refused("does not support tokens"), "token");
        BLOCK.notBuilt(refused("does not support callouts"), "auth_callout", "auth_hook");
    }

    private RouteAuthorization() {}

    private static Key.Reader refused(String why) {
        return (_, _) -> {
            throw new BadValueException("Cluster authorization " + why);
        };
    }

    /** A cluster's block begins. */
    static void begin(Settings settings) {
        settings.forget(ClusterKeys.PERMISSIONS);
        settings.forget(DEPRECATED_PERMISSIONS);
    }

    /** It ends. */
    static void end(Settings settings) {
        if (settings.get(ClusterKeys.PERMISSIONS) == null) {
            settings.set(ClusterKeys.PERMISSIONS, settings.get(DEPRECATED_PERMISSIONS));
        }
    }

    static void read(Field field, Reading in) throws BadValueException {
        in.settings().set(OWN, field);
        BLOCK.read(Typed.table("authorization", field.value()), in);
    }

    private static RoutePermissions deprecated(Field field, Reading in) throws BadValueException {
        RoutePermissions permissions = permissions(field, in);
        Field own = in.settings().get(OWN);
        if (own != null) {
            in.warn(
                    own.at(),
                    "invalid use of field \""
                            + own.written()
                            + "\": setting \"permissions\" within cluster authorization block"
                            + " is deprecated");
        }
        return permissions;
    }

    /**
     * Reads permissions of routes.
     *
     * @throws BadValueException if they are more than routes have
     */
    static RoutePermissions permissions(Field field, Reading in) throws BadValueException {
        PermissionOptions read = PermissionKeys.read(field, in);
        if (read.responses() != null) {
            throw new BadValueException("Cluster permissions do not support dynamic responses");
        }
        // Here no queue group may stand behind a subject.
        checkSubjects("cluster export", read.subscribe());
        return new RoutePermissions(read.publish(), read.subscribe());
    }

    private static void checkSubjects(String what, SubjectRules rules) throws BadValueException {
        if (rules.allow() != null) {
            checkSubjects(what + " allow", rules.allow());
        }
        checkSubjects(what + " deny", rules.deny());
    }

    private static void checkSubjects(String what, List<String> subjects) throws BadValueException {
        for (String subject : subjects) {
            if (!Subject.isValid(subject)) {
                throw new BadValueException(
                        what + ": subject \"" + subject + "\" is not a valid subject");
            }
        }
    }
}
