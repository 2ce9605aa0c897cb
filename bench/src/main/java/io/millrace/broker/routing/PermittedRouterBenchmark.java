package io.millrace.broker.routing;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.routing.account.Permissions;
import io.millrace.broker.routing.account.VerdictRoom;

import java.util.List;

/**
 * The same where not everything is allowed: the publisher has a list of what it may, and a filter
 * keeps messages from the subscribers.
 */
public class PermittedRouterBenchmark extends RouterBenchmark {
    @Override
    Permissions permissions() {
        return new Permissions(
                new PermissionOptions(
                        new SubjectRules(
                                List.of("orders.*", "_INBOX.>"), List.of("orders.cancelled")),
                        new SubjectRules(null, List.of("orders.secret", "audit.>")),
                        null),
                VerdictRoom.ofConfiguration());
    }
}
