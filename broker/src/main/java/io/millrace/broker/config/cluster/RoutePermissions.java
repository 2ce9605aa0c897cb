package io.millrace.broker.config.cluster;

import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;

/**
 * What interest crosses the routes of a cluster; both are about registering it, not about messages.
 *
 * @param imports subjects whose interest this server tells others
 * @param exports subjects whose interest it takes from others
 */
public record RoutePermissions(SubjectRules imports, SubjectRules exports) {}
