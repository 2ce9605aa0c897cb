package io.millrace.broker.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.PrivateKey;

/** Keys in every form there is, and what is said about files that are of no use. */
class CertifiedKeyTest {
    private static TestCa ca;
    private static TestCa.Issued rsa;
    private static TestCa.Issued ec;

    @TempDir Path folder;

    @BeforeAll
    static void issue() throws Exception {
        ca = new TestCa();
        rsa = ca.server("RSA");
        ec = ca.server("EC");
    }

    private PrivateKey load(TestCa.Issued issued, String key) throws Exception {
        String cert = issued.writeCertificate(folder, "cert.pem");
        return CertifiedKey.load(cert, TestCa.write(folder, "key.pem", key)).privateKey();
    }

    private static String pkcs8(TestCa.Issued issued) {
        return TestCa.pem("PRIVATE KEY", issued.keys().getPrivate().getEncoded());
    }

    @Test
    void shouldLoadKeysInEveryForm() throws Exception {
        TestCa.Issued edwards = ca.server("Ed25519");
        assertThat(load(rsa, pkcs8(rsa))).isEqualTo(rsa.keys().getPrivate());
        assertThat(load(rsa, TestCa.pkcs1(rsa.keys().getPrivate())))
                .isEqualTo(rsa.keys().getPrivate());
        assertThat(load(ec, pkcs8(ec)).getAlgorithm()).isEqualTo("EC");
        assertThat(load(ec, TestCa.sec1(ec.keys().getPrivate())).getAlgorithm()).isEqualTo("EC");
        assertThat(load(edwards, pkcs8(edwards))).isEqualTo(edwards.keys().getPrivate());
    }

    @Test
    void shouldFindTheKeyAmongOtherBlocksAndText() throws Exception {
        String curve = TestCa.pem("EC PARAMETERS", new byte[] {6, 1, 0});
        String text = "Bag Attributes\n" + curve + TestCa.sec1(ec.keys().getPrivate()) + "\nbye";
        assertThat(load(ec, text.replace("\n", "\r\n")).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void shouldLoadTheWholeChain() throws Exception {
        String chain =
                TestCa.pem("CERTIFICATE", ec.certificate().getEncoded())
                        + TestCa.pem("CERTIFICATE", ca.certificate().getEncoded());
        CertifiedKey key =
                CertifiedKey.load(
                        TestCa.write(folder, "chain.pem", chain), ec.writeKey(folder, "key.pem"));
        assertThat(key.chain()).containsExactly(ec.certificate(), ca.certificate());
        assertThat(key.toString()).isEqualTo("CertifiedKey[CN=localhost]");
    }

    private void shouldRefuseKey(String key, String message) {
        assertThatThrownBy(() -> load(ec, key))
                .isInstanceOf(TlsFileException.class)
                .hasMessage(message.replace("FILE", folder.resolve("key.pem").toString()));
    }

    @Test
    void shouldSayWhatIsWrongWithAKey() throws Exception {
        String encrypted =
                "FILE: the key is encrypted, which is not supported; keep it in a file that only"
                        + " the server may read";
        shouldRefuseKey(TestCa.pem("ENCRYPTED PRIVATE KEY", new byte[] {1}), encrypted);
        shouldRefuseKey(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                        + "DEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                encrypted);
        shouldRefuseKey("", "FILE: no private key found");
        shouldRefuseKey(
                TestCa.pem("CERTIFICATE", ec.certificate().getEncoded()),
                "FILE: no private key found");
        shouldRefuseKey(
                TestCa.pem("DSA PRIVATE KEY", new byte[] {1}),
                "FILE: a key of the kind DSA PRIVATE KEY is not supported");
        shouldRefuseKey(
                TestCa.pem("EC PRIVATE KEY", new byte[] {0x30, 3, 2, 1, 1}),
                "FILE: the key is broken");
        shouldRefuseKey(
                TestCa.pem("EC PRIVATE KEY", new byte[] {0x30, 5, 2, 1, 1, 4, 0}),
                "FILE: the key doesn't name its curve");
        shouldRefuseKey(
                TestCa.pem("RSA PRIVATE KEY", new byte[] {0x30, 0}),
                "FILE: the key is neither RSA nor EC nor Ed25519, or it is broken");
        shouldRefuseKey(
                "-----BEGIN PRIVATE KEY-----\nAAAA\n",
                "FILE: the block PRIVATE KEY is never closed");
        shouldRefuseKey(
                "-----BEGIN PRIVATE KEY-----\nse cret?\n-----END PRIVATE KEY-----\n",
                "FILE: the block PRIVATE KEY is not base 64");
        String cert = folder.resolve("cert.pem").toString();
        shouldRefuseKey(
                pkcs8(ca.server("EC")), "private key FILE does not match the certificate " + cert);
        shouldRefuseKey(pkcs8(rsa), "private key FILE does not match the certificate " + cert);
    }

    @Test
    void shouldSayWhatIsWrongWithCertificates() throws Exception {
        String key = ec.writeKey(folder, "key.pem");
        String none = TestCa.write(folder, "none.pem", "nothing");
        String broken = TestCa.write(folder, "b.pem", TestCa.pem("CERTIFICATE", new byte[] {1}));
        assertThatThrownBy(() -> CertifiedKey.load(none, key))
                .hasMessage(none + ": no certificate found");
        assertThatThrownBy(() -> CertifiedKey.load(broken, key))
                .hasMessage(broken + ": a certificate is broken");
        assertThatThrownBy(() -> CertifiedKey.load("/no/such", key))
                .hasMessage("open /no/such: no such file or directory");
        assertThatThrownBy(() -> Certificates.authorities(none))
                .hasMessage("failed to parse root ca certificate: " + none + " holds none");
        assertThatThrownBy(() -> Certificates.authorities(broken))
                .hasMessage(
                        "failed to parse root ca certificate: "
                                + broken
                                + ": a certificate is broken");
    }
}
