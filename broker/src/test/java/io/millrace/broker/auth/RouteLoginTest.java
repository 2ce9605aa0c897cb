package io.millrace.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.cluster.ClusterOptions;
import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.tls.TestCa;
import io.millrace.protocol.RouteConnect;

import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.security.cert.X509Certificate;
import java.util.List;

class RouteLoginTest {
    private static TestCa ca;

    @BeforeAll
    static void issue() throws Exception {
        ca = new TestCa();
    }

    private static X509Certificate certificate(String subject, String... dnsNames)
            throws Exception {
        GeneralName[] names = new GeneralName[dnsNames.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = new GeneralName(GeneralName.dNSName, dnsNames[i]);
        }
        return ca.issue(subject, "EC", names).certificate();
    }

    private static boolean letsIn(
            ClusterOptions.Builder options,
            String user,
            String password,
            @Nullable X509Certificate certificate) {
        RouteConnect said = RouteConnect.of("ID", "C1", false, true, true, user, password);
        return switch (new RouteLogin(options.build()).judge(said, certificate)) {
            case Verdict.Admitted _ -> true;
            case Verdict.Refused _ -> false;
            case Verdict.Unproved unproved -> unproved.proof().holds();
        };
    }

    private static ClusterOptions.Builder mapping(String user) {
        return ClusterOptions.builder()
                .username(user)
                .password(new Secret("right"))
                .tls(TlsOptions.builder().map(true).build());
    }

    private static ClusterOptions.Builder checking(String... routes) {
        return ClusterOptions.builder()
                .routes(List.of(routes).stream().map(RouteUrl::parse).toList())
                .tls(TlsOptions.builder().checkKnownUrls(true).build());
    }

    @Test
    void shouldTakeTheUserFromTheCertificateOnly() throws Exception {
        X509Certificate route = certificate("CN=route,O=NATS", "route.example.com");
        assertThat(letsIn(mapping("route.example.com"), "", "", route)).isTrue();
        assertThat(letsIn(mapping("CN=route,O=NATS"), "", "", route)).isTrue();
        assertThat(letsIn(mapping("route"), "route", "right", route)).isFalse();
        assertThat(letsIn(mapping("CN=route"), "", "", route)).isFalse();
        assertThat(letsIn(mapping("route"), "route", "right", null)).isFalse();
        assertThat(letsIn(mapping(""), "", "", route)).isFalse();
    }

    @Test
    void shouldKnowTheHostsOfConfiguredRoutes() throws Exception {
        ClusterOptions.Builder options = checking("nats://A.example.com:1", "nats://b.test:1");
        assertThat(letsIn(options, "", "", certificate("CN=x", "x.test", "B.test"))).isTrue();
        assertThat(letsIn(options, "", "", certificate("CN=x", "*.example.com"))).isTrue();
        assertThat(letsIn(options, "", "", certificate("CN=x", "*.com"))).isFalse();
        assertThat(letsIn(options, "", "", certificate("CN=x", "a.*.com"))).isFalse();
        assertThat(letsIn(options, "", "", certificate("CN=a.example.com"))).isFalse();
        assertThat(letsIn(options, "", "", null)).isFalse();
        assertThat(letsIn(checking(), "", "", certificate("CN=x", "b.test"))).isFalse();
    }

    @Test
    void shouldGoByThePasswordWhereCertificatesSayNothing() throws Exception {
        ClusterOptions.Builder options =
                ClusterOptions.builder().username("route").password(new Secret("right"));
        X509Certificate certificate = certificate("CN=x", "route");
        assertThat(letsIn(options, "route", "right", null)).isTrue();
        assertThat(letsIn(options, "route", "wrong", certificate)).isFalse();
        assertThat(letsIn(options, "other", "right", certificate)).isFalse();
        assertThat(letsIn(ClusterOptions.builder(), "", "", null)).isTrue();
    }
}
