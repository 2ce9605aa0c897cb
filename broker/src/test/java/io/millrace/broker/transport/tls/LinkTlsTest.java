package io.millrace.broker.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.config.cluster.RouteUrl;
import io.millrace.broker.config.listen.DialTarget;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.tls.CertifiedKey;
import io.millrace.broker.tls.TestCa;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

class LinkTlsTest {
    @TempDir Path folder;
    private final TestCa ca;

    LinkTlsTest() throws Exception {
        ca = new TestCa();
    }

    private TlsOptions options;

    @BeforeEach
    void issue() throws Exception {
        TestCa.Issued own = ca.server();
        options =
                TlsOptions.builder()
                        .certificate(
                                own.writeCertificate(folder, "own.pem"),
                                own.writeKey(folder, "own.key"))
                        .caFile(ca.write(folder))
                        .build();
    }

    private LinkTls open(String... routes) throws Exception {
        List<String> hosts =
                Stream.of(routes).map(route -> RouteUrl.parse("nats://" + route).host()).toList();
        return LinkTls.open("route", options.verified(), hosts, ServerLog.discarding());
    }

    private static String nameOf(LinkTls tls, String host) {
        return tls.nameOf(
                new DialTarget() {
                    @Override
                    public String host() {
                        return host;
                    }

                    @Override
                    public int port() {
                        return 1;
                    }
                });
    }

    @Test
    void shouldExpectTheFirstHostNameWhereOnlyAnAddressIsKnown() throws Exception {
        try (LinkTls tls = open("192.0.2.1:1", "[::1]:1", "a.example.com:1", "b.example.com:1")) {
            assertThat(nameOf(tls, "192.0.2.7")).isEqualTo("a.example.com");
            assertThat(nameOf(tls, "2001:db8::7")).isEqualTo("a.example.com");
            assertThat(nameOf(tls, "b.example.com")).isEqualTo("b.example.com");
            tls.isNot("b.example.com");
            assertThat(nameOf(tls, "192.0.2.7")).isEqualTo("a.example.com");
            tls.isNot("a.example.com");
            assertThat(nameOf(tls, "192.0.2.7")).isEqualTo("192.0.2.7");
        }
        try (LinkTls tls = open("192.0.2.1:1")) {
            assertThat(nameOf(tls, "192.0.2.7")).isEqualTo("192.0.2.7");
        }
    }

    @Test
    void shouldUseWhatWasReadOnlyWhenItIsTold() throws Exception {
        try (LinkTls tls = open()) {
            LinkContext before = tls.current();
            Runnable use = tls.read(options, List.of());
            assertThat(tls.current()).isSameAs(before);
            use.run();
            assertThat(tls.current()).isNotNull().isNotSameAs(before);
            tls.read(TlsOptions.OFF, List.of()).run();
            assertThat(tls.current()).isNull();
            TestCa.write(folder, "own.pem", "");
            assertThatThrownBy(() -> tls.read(options, List.of()))
                    .isInstanceOf(TlsUnusableException.class);
        }
    }

    @Test
    void shouldAlwaysDemandACertificate() throws Exception {
        assertThat(options.verify()).isFalse();
        try (LinkTls tls = open()) {
            assertThat(tls.current().accepting().options().verify()).isTrue();
        }
    }

    /** To a server that wants a certificate, one that it may trust; or none. */
    @Test
    void shouldShowACertificateThatTheServerTrusts() throws Exception {
        TestCa other = new TestCa("CN=Other CA");
        List<CertifiedKey> own = new ArrayList<>();
        for (TestCa.Issued issued : List.of(ca.server("RSA"), ca.server("EC"), other.server())) {
            String name = "id" + own.size();
            own.add(
                    CertifiedKey.load(
                            issued.writeCertificate(folder, name + ".pem"),
                            issued.writeKey(folder, name + ".key")));
        }
        ServerKeys keys = new ServerKeys(own);
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        String[] any = {"EC", "RSA"};
        String[] curves = {"EC"};
        Principal[] ours = {ca.certificate().getSubjectX500Principal()};
        Principal[] others = {other.certificate().getSubjectX500Principal()};
        Principal[] nobody = {new TestCa("CN=Nobody").certificate().getSubjectX500Principal()};
        assertThat(keys.chooseEngineClientAlias(any, null, engine)).isEqualTo("0");
        assertThat(keys.chooseEngineClientAlias(curves, new Principal[0], engine)).isEqualTo("1");
        assertThat(keys.chooseEngineClientAlias(curves, ours, engine)).isEqualTo("1");
        assertThat(keys.chooseEngineClientAlias(any, others, engine)).isEqualTo("2");
        assertThat(keys.chooseEngineClientAlias(any, nobody, engine)).isNull();
        assertThat(keys.chooseEngineClientAlias(new String[] {"EdDSA"}, ours, engine)).isNull();
    }
}
