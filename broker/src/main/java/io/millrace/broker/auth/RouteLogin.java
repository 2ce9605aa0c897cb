package io.millrace.broker.auth;

import io.millrace.broker.config.ClusterOptions;
import io.millrace.broker.config.Secret;
import io.millrace.broker.routing.Account;
import io.millrace.broker.routing.Identity;
import io.millrace.protocol.RouteConnect;

/** Judges servers that want to be one of the cluster. Immutable, for any thread. */
public final class RouteLogin {
    private final String username;
    private final Secret password;

    public RouteLogin(ClusterOptions options) {
        username = options.username();
        password = options.password();
    }

    /** Whether they must say who they are. */
    public boolean isRequired() {
        return !username.isEmpty();
    }

    /** Judges what a server presents. */
    public Verdict judge(RouteConnect said) {
        Identity identity = new Identity(Identity.Kind.USER, said.user(), Account.GLOBAL, null);
        if (!isRequired()) {
            return new Verdict.Admitted(identity);
        }
        return username.equals(said.user())
                ? PasswordHash.judge(identity, password, said.pass())
                : new Verdict.Refused("No such user");
    }
}
