package io.millrace.broker.system;

import io.millrace.broker.config.listen.IdentityOptions;
import io.millrace.protocol.ServerInfo;

/** Which servers a request is for, by the options that all requests have. */
final class ServerFilter {
    private ServerFilter() {}

    /** Whether a server is to answer. */
    static boolean matches(RequestOptions asked, ServerInfo info, IdentityOptions identity) {
        boolean exact = asked.flag("exact_match");
        return matches(asked.text("server_name"), info.serverName(), exact)
                && matches(asked.text("host"), info.host(), exact)
                && matches(asked.text("cluster"), info.cluster(), exact)
                && hasTags(asked, identity)
                && isOf(info.domain(), asked.text("domain"));
    }

    private static boolean matches(String wanted, String own, boolean exact) {
        return wanted.isEmpty() || (exact ? own.equals(wanted) : own.contains(wanted));
    }

    private static boolean isOf(String domain, String wanted) {
        return wanted.isEmpty() || wanted.equals(domain);
    }

    private static boolean hasTags(RequestOptions asked, IdentityOptions identity) {
        for (String tag : asked.texts("tags")) {
            String wanted = tag.strip();
            if (identity.tags().stream().noneMatch(own -> own.strip().equalsIgnoreCase(wanted))) {
                return false;
            }
        }
        return true;
    }
}
