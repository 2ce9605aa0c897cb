package io.millrace.broker.system;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.routing.view.UserSnapshot;

import java.io.IOException;
import java.util.List;

/** Tells a user who it is, and what it may do. */
final class UserInfo {
    static final String SUBJECT = "$SYS.REQ.USER.INFO";

    private UserInfo() {}

    /** What stands in {@code data}. */
    static void write(JsonOut out, UserSnapshot user) throws IOException {
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
