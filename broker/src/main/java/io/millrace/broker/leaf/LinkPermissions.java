package io.millrace.broker.leaf;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.VerdictRoom;
import io.millrace.protocol.LinkInfo;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What may cross a leaf node connection, put together from what both sides say: as {@code publish}
 * what may come, as {@code subscribe} what may go.
 */
final class LinkPermissions {
    private LinkPermissions() {}

    /**
     * What may cross where the other side has dialed.
     *
     * @param user what the user may do that it is; null for everything
     * @param denyPub what the other side doesn't want to get
     */
    static Permissions ofUser(
            @Nullable PermissionOptions user, List<String> denyPub, JetStreamBorder border) {
        SubjectRules comes = user == null ? SubjectRules.EVERYTHING : user.publish();
        SubjectRules goes = user == null ? SubjectRules.EVERYTHING : user.subscribe();
        return permissions(
                new PermissionOptions(
                        without(comes, List.of(), border.closed()),
                        without(goes, denyPub, border.closed(), border.kept()),
                        user == null ? null : user.responses()));
    }

    /**
     * What may cross where this server has dialed.
     *
     * @param imports what the other side lets come; null for everything
     * @param exports what it lets go there; null for everything
     */
    static Permissions ofRemote(
            LinkInfo.@Nullable SubjectRules imports,
            LinkInfo.@Nullable SubjectRules exports,
            List<String> denyImports,
            List<String> denyExports,
            JetStreamBorder border) {
        return permissions(
                new PermissionOptions(
                        without(rules(imports), denyImports, border.closed()),
                        without(rules(exports), denyExports, border.closed(), border.kept()),
                        null));
    }

    /** The same seen from the other side of the connection. */
    static Permissions reversed(Permissions permissions) {
        PermissionOptions options = permissions.options();
        return permissions(new PermissionOptions(options.subscribe(), options.publish(), null));
    }

    private static Permissions permissions(PermissionOptions options) {
        return new Permissions(options, VerdictRoom.ofConfiguration());
    }

    private static SubjectRules rules(LinkInfo.@Nullable SubjectRules said) {
        return said == null
                ? SubjectRules.EVERYTHING
                : new SubjectRules(said.allow().isEmpty() ? null : said.allow(), said.deny());
    }

    @SafeVarargs
    private static SubjectRules without(SubjectRules rules, List<String>... more) {
        List<String> deny = new ArrayList<>(rules.deny());
        for (List<String> each : more) {
            deny.addAll(each);
        }
        return new SubjectRules(rules.allow(), List.copyOf(deny));
    }

    /** What a leaf node is told that it may get, or send; null for everything. */
    static LinkInfo.@Nullable SubjectRules told(@Nullable SubjectRules rules) {
        return rules == null ? null : LinkInfo.SubjectRules.of(rules.allow(), rules.deny());
    }
}
