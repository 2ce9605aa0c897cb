package io.millrace.broker.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.config.tls.CipherSuites;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.tls.TestCa;
import io.millrace.broker.tls.TlsMaterial;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.List;

/** Both implementations of TLS, the one that is used as well as the one that is there for it. */
class TlsProviderTest {
    private static final List<String> CURVES =
            List.of("X25519", "CurveP256", "CurveP384", "CurveP521");

    private static TestCa ca;
    private static Path folder;
    private static TlsOptions options;

    @BeforeAll
    static void issue(@TempDir Path files) throws Exception {
        ca = new TestCa();
        folder = files;
        options = options(ca.server("RSA"), "rsa").build();
    }

    private static TlsOptions.Builder options(TestCa.Issued issued, String name) throws Exception {
        return TlsOptions.builder()
                .certificate(
                        issued.writeCertificate(folder, name + ".pem"),
                        issued.writeKey(folder, name + ".key"));
    }

    private static TlsContext context(TlsProvider provider, TlsOptions of) throws Exception {
        TlsMaterial material = TlsMaterial.load(of.certificates(), of.caFile());
        return provider.context(of, material, new HandshakeRate(0, 0));
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void shouldHaveEverySuiteThatIsOnByDefault(TlsProvider provider) throws Exception {
        assertThat(context(provider, options).ssl().cipherSuites())
                .containsAll(CipherSuites.TLS_1_3)
                .containsAll(CipherSuites.TLS_1_2);
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void shouldRefuseSuitesThatCannotBeHad(TlsProvider provider) {
        String broken = "TLS_RSA_WITH_RC4_128_SHA";
        TlsOptions asked = options.toBuilder().cipherSuites(List.of(broken)).build();
        assertThatThrownBy(() -> context(provider, asked))
                .isInstanceOf(TlsUnusableException.class)
                .hasMessage("cipher suite " + broken + " is not supported by this JVM's TLS");
    }

    @ParameterizedTest
    @EnumSource(TlsProvider.class)
    void shouldHaveTheCurves(TlsProvider provider) throws Exception {
        TlsContext context =
                context(provider, options.toBuilder().curvePreferences(CURVES).build());
        context.prepare(context.ssl().newEngine(io.netty.buffer.ByteBufAllocator.DEFAULT));
    }

    @Test
    void shouldHaveTheHybridCurveInBoringSslOnly() throws Exception {
        TlsOptions asked = options.toBuilder().curvePreferences(List.of("X25519MLKEM768")).build();
        assertThat(context(TlsProvider.BORINGSSL, asked)).isNotNull();
        assertThatThrownBy(() -> context(TlsProvider.JDK, asked))
                .hasMessage("curve preference X25519MLKEM768 is not supported by this JVM's TLS");
    }

    @Test
    void shouldTakeTheJdkForKeysThatOnlyItKnows() throws Exception {
        TlsOptions edwards = options(ca.server("Ed25519"), "ed").build();
        ServerLog log = ServerLog.discarding();
        assertThat(choice(edwards, log)).isEqualTo(TlsProvider.JDK);
        assertThat(choice(options, log)).isEqualTo(TlsProvider.BORINGSSL);
    }

    private static TlsProvider choice(TlsOptions of, ServerLog log) throws Exception {
        return TlsProvider.choose(TlsMaterial.load(of.certificates(), of.caFile()).keys(), log);
    }

    @Test
    void shouldUseTheNewFilesAfterAReloadAndTheOldWhereItFails() throws Exception {
        TestCa.Issued first = ca.server();
        TestCa.Issued second = ca.server();
        TlsOptions files = options(first, "reloaded").build();
        try (TlsContexts contexts = TlsContexts.open(files, ServerLog.discarding())) {
            TlsContext before = contexts.current();
            assertThat(contexts.certificates()).containsExactly(first.certificate());
            options(second, "reloaded");
            contexts.reload(files);
            assertThat(contexts.certificates()).containsExactly(second.certificate());
            TestCa.write(folder, "reloaded.key", "");
            assertThatThrownBy(() -> contexts.reload(files))
                    .isInstanceOf(TlsUnusableException.class);
            assertThat(contexts.certificates()).containsExactly(second.certificate());
            assertThat(before.certificates()).containsExactly(first.certificate());
        }
    }

    @Test
    void shouldLetThroughSoManyHandshakesASecond() {
        HandshakeRate rate = new HandshakeRate(2, 0);
        long second = 1_000_000_000;
        assertThat(List.of(rate.allow(1), rate.allow(2), rate.allow(3), rate.allow(second)))
                .containsExactly(true, true, false, false);
        assertThat(rate.takeRefused()).isEqualTo(2);
        assertThat(rate.allow(second + 1)).isTrue();
        assertThat(rate.takeRefused()).isZero();
        assertThat(new HandshakeRate(0, 0).allow(1)).isTrue();
    }
}
