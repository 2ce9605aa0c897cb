package io.millrace.broker.auth;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.gateway.GatewayOptions;
import io.millrace.broker.config.listen.ServerUrl;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Identity;
import io.millrace.broker.tls.AlternativeNames;
import io.millrace.protocol.RouteConnect;

import org.jspecify.annotations.Nullable;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Judges servers that want to be one of the cluster, or a gateway to it. Immutable, for any thread.
 */
public final class RouteLogin {
    private final String username;
    private final Secret password;
    private final boolean mapsCertificates;
    private final boolean checksHosts;
    private final List<String> hosts;

    /** For servers of the same cluster. */
    public RouteLogin(ClusterOptions options) {
        this(
                options.username(),
                options.password(),
                options.tls(),
                options.routes().stream().map(RouteUrl::host).toList());
    }

    /** For servers of other clusters. */
    public RouteLogin(GatewayOptions options) {
        this(
                options.username(),
                options.password(),
                options.tls(),
                options.gateways().stream()
                        .flatMap(remote -> remote.urls().stream())
                        .map(ServerUrl::host)
                        .toList());
    }

    private RouteLogin(String username, Secret password, TlsOptions tls, List<String> hosts) {
        this.username = username;
        this.password = password;
        this.mapsCertificates = tls.map();
        this.checksHosts = tls.checkKnownUrls();
        this.hosts = hosts;
    }

    /** Whether they must say who they are. */
    public boolean isRequired() {
        return !username.isEmpty();
    }

    /**
     * Judges what a server presents. Where certificates say who it is, nothing else does.
     *
     * @param certificate its own, which was verified; null if it has none
     */
    public Verdict judge(RouteConnect said, @Nullable X509Certificate certificate) {
        Identity identity = new Identity(Identity.Kind.USER, said.user(), Account.GLOBAL, null);
        if (mapsCertificates || checksHosts) {
            if (certificate == null) {
                return new Verdict.Refused(CertificateNames.missing());
            }
            return isMember(certificate)
                    ? new Verdict.Admitted(identity)
                    : new Verdict.Refused(CertificateNames.of(certificate).notFound());
        }
        if (!isRequired()) {
            return new Verdict.Admitted(identity);
        }
        return username.equals(said.user())
                ? PasswordHash.judge(identity, password, said.pass())
                : new Verdict.Refused("No such user");
    }

    /**
     * Whether a server that was let in still would be. A password that takes time to prove is taken
     * for the same only where it is written the same.
     *
     * @param before what let it in
     */
    public boolean stillAdmits(
            RouteLogin before, RouteConnect said, @Nullable X509Certificate certificate) {
        return switch (judge(said, certificate)) {
            case Verdict.Admitted _ -> true;
            case Verdict.Refused _ -> false;
            case Verdict.Unproved _ -> before.isRequired() && before.password.equals(password);
        };
    }

    private boolean isMember(X509Certificate certificate) {
        return mapsCertificates
                        && isRequired()
                        && CertificateNames.of(certificate).candidates().contains(username)
                || checksHosts
                        && AlternativeNames.DNS.of(certificate).stream()
                                .anyMatch(name -> hosts.stream().anyMatch(host -> is(name, host)));
    }

    /** A name, or a wildcard for the first label of one. */
    private static boolean is(String name, String host) {
        if (!name.startsWith("*.")) {
            return name.equalsIgnoreCase(host);
        }
        int dot = host.indexOf('.');
        return dot >= 0 && host.substring(dot).equalsIgnoreCase(name.substring(1));
    }
}
