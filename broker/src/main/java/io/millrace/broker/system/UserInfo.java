package io.millrace.broker.system;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.monitor.Monitored;
import io.millrace.broker.routing.Inspection;
import io.millrace.broker.routing.view.UserSnapshot;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Tells a user who it is, and what it may do. */
final class UserInfo {
    static final String SUBJECT = "$SYS.REQ.USER.INFO";

    /** In the place of a connection's number: it isn't known who asks. */
    static final long NOBODY = 0;

    static final OptionNames NO_OPTIONS = new OptionNames("UserInfo", "");

    private UserInfo() {}

    /**
     * What stands in {@code data}; null if who has asked is gone.
     *
     * @param cid the number of the connection that asks
     */
    static JsonOut.@Nullable Fields of(Monitored server, long cid) throws InterruptedException {
        if (cid == NOBODY) {
            return out -> out.field("user", "").field("account", "");
        }
        Optional<UserSnapshot> user = server.ask(router -> Inspection.user(router, cid));
        return user.isEmpty() ? null : out -> write(out, user.get());
    }

    private static void write(JsonOut out, UserSnapshot user) throws IOException {
        out.field("user", user.user())
                .field("account", user.account())
                .some("account_name", user.account());
        PermissionOptions permissions = user.permissions();
        if (permissions != null) {
            out.object("permissions", fields -> write(fields, permissions));
        }
    }

    private static void write(JsonOut out, PermissionOptions permissions) throws IOException {
        rules(out, "publish", permissions.publish());
        rules(out, "subscribe", permissions.subscribe());
        ResponseRule responses = permissions.responses();
        if (responses != null) {
            out.object(
                    "responses",
                    rule ->
                            rule.field("max", responses.max())
                                    .field("ttl", responses.expires().toNanos()));
        }
    }

    private static void rules(JsonOut out, String name, SubjectRules rules) throws IOException {
        List<String> allow = rules.allow();
        out.object(
                name,
                lists ->
                        lists.someTexts("allow", allow == null ? List.of() : allow)
                                .someTexts("deny", rules.deny()));
    }
}
