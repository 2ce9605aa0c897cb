package io.millrace.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.tls.TestCa;

import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Which users a certificate may be for; expectations were taken from the reference. */
class CertificateNamesTest {
    private static final String SUBJECT = "CN=derek,OU=dev,O=Acme,DC=example,DC=com";
    private static TestCa ca;

    @BeforeAll
    static void issue() throws Exception {
        ca = new TestCa();
    }

    private static CertificateNames names(String subject, GeneralName... alternatives)
            throws Exception {
        return CertificateNames.of(ca.issue(subject, "EC", alternatives).certificate());
    }

    @Test
    void shouldNameCandidatesInTheReferencesOrder() throws Exception {
        assertThat(
                        names(
                                        SUBJECT,
                                        new GeneralName(
                                                GeneralName.uniformResourceIdentifier,
                                                "spiffe://localhost/user"),
                                        new GeneralName(GeneralName.dNSName, "client.nats.io"),
                                        new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                                        new GeneralName(GeneralName.rfc822Name, "b@nats.io"),
                                        new GeneralName(GeneralName.rfc822Name, "a@nats.io"))
                                .candidates())
                .containsExactly(
                        "b@nats.io",
                        "a@nats.io",
                        "client.nats.io",
                        "spiffe://localhost/user",
                        "CN=derek,OU=dev,O=Acme,DC=com,DC=example",
                        "CN=derek,OU=dev,O=Acme");
    }

    /** nats-server 2.15.2 logged these texts for the same certificates. */
    @Test
    void shouldNameTheSubjectThatIsNobody() throws Exception {
        assertThat(names(SUBJECT).notFound())
                .isEqualTo("User in cert [\"CN=derek,OU=dev,O=Acme\"], not found");
        assertThat(
                        names("O=a\\,b", new GeneralName(GeneralName.rfc822Name, "derek@nats.io"))
                                .notFound())
                .isEqualTo("User in cert [\"O=a\\\\,b\"], not found");
        assertThat(names("UID=u,L=here,CN=two,CN=one,SERIALNUMBER=5,ST=st,O=a,O=b,C=CH").notFound())
                .isEqualTo(
                        "User in cert [\"SERIALNUMBER=5,CN=two,O=b+O=a,L=here,ST=st,C=CH\"], not"
                                + " found");
        assertThat(names("CN=a\\0A[INF] forged").notFound())
                .isEqualTo("User in cert [\"CN=a\\n[INF] forged\"], not found");
        assertThat(names("O=" + "x".repeat(600)).notFound())
                .isEqualTo("User in cert [\"O=" + "x".repeat(510) + "...\"], not found");
        assertThat(CertificateNames.missing())
                .isEqualTo("User required in cert, no peer certificates found");
    }

    @Test
    void shouldPreferAlternativeNamesToTheSubject() throws Exception {
        CertificateNames names =
                names(SUBJECT, new GeneralName(GeneralName.rfc822Name, "derek@nats.io"));
        assertThat(names.user(List.of(SUBJECT, "derek@nats.io"))).contains("derek@nats.io");
        assertThat(names.user(List.of("other", SUBJECT))).contains(SUBJECT);
        assertThat(names.user(List.of("other"))).isEmpty();
    }

    @Test
    void shouldPreferTheSameOrderOfParts() throws Exception {
        String other = "DC=com,DC=example,O=Acme,OU=dev,CN=derek";
        assertThat(names(SUBJECT).user(List.of(other, SUBJECT))).contains(SUBJECT);
        assertThat(names(SUBJECT).user(List.of(other))).contains(other);
    }

    @Test
    void shouldKnowSubjectsWithRareTypesByTheirCommonOnes() throws Exception {
        CertificateNames names = names("CN=derek,O=Acme,1.2.840.113549.1.9.1=#160161");
        assertThat(names.user(List.of("CN=derek,O=Acme"))).contains("CN=derek,O=Acme");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SUBJECT,
                "cn=derek, ou=dev , o=Acme,dc=example,DC=com",
                "DC=com,DC=example,O=Acme,OU=dev,CN=derek",
                "CN=de\\72ek,OU=dev,O=Acme,DC=example,DC=com"
            })
    void shouldTakeAnotherSpellingOfTheSubject(String user) throws Exception {
        assertThat(names(SUBJECT).user(List.of(user))).contains(user);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "derek",
                "CN=",
                "CN=derek",
                "CN=derek,OU=dev,O=Acme,DC=example",
                "CN=derek,OU=dev,O=Acme,DC=example,DC=com,DC=com",
                "CN=derek,OU=dev,O=Acme,DC=example,DC=example",
                "CN=derek,OU=dev,O=Acme,DC=example,DC=com,",
                "CN=DEREK,OU=dev,O=Acme,DC=example,DC=com",
                "CN=*,OU=dev,O=Acme,DC=example,DC=com",
                "CN=dere?,OU=dev,O=Acme,DC=example,DC=com",
                "CN=.*,OU=dev,O=Acme,DC=example,DC=com",
                "CN=derek2,OU=dev,O=Acme,DC=example,DC=com",
                "CN=dere,OU=dev,O=Acme,DC=example,DC=com",
                "CN=derek+OU=dev,O=Acme,DC=example,DC=com",
                "CN=derek\\,OU=dev,O=Acme,DC=example,DC=com",
                "CN=#1305646572656b,OU=dev,O=Acme,DC=example,DC=com",
                "2.5.4.3=derek,OU=dev,O=Acme,DC=example,DC=com"
            })
    void shouldNotTakeAnythingElseForTheSubject(String user) throws Exception {
        assertThat(names(SUBJECT).user(List.of(user))).isEmpty();
    }

    @Test
    void shouldCompareSeveralAttributesOfOnePartInAnyOrder() throws Exception {
        CertificateNames names = names("CN=derek+OU=dev,O=Acme");
        assertThat(names.user(List.of("OU=dev+CN=derek,O=Acme"))).isPresent();
        assertThat(names.user(List.of("O=Acme,OU=dev+CN=derek"))).isPresent();
        assertThat(names.user(List.of("OU=dev+CN=derek+CN=derek,O=Acme"))).isEmpty();
    }

    @Test
    void shouldReadEscapedValues() throws Exception {
        CertificateNames names = names("CN=a\\, b\\+c\\\"\\\\,O=\\ x\\ ");
        assertThat(names.candidates()).containsExactly("CN=a\\, b\\+c\\\"\\\\,O=\\ x\\ ");
        assertThat(names.user(List.of("CN=a\\2C b\\2bc\\22\\5c,O=\\20x\\20"))).isPresent();
        assertThat(names.user(List.of("CN=a, b+c,O=x"))).isEmpty();
    }

    @Test
    void shouldFindNobodyForACertificateWithoutNames() throws Exception {
        CertificateNames names = names("", new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
        assertThat(names.candidates()).isEmpty();
        assertThat(names.user(List.of("", " ", "CN=", "CN=,"))).isEmpty();
    }

    /** Against the simplest oracle: shuffled parts are the subject, one changed letter isn't. */
    @RepeatedTest(20)
    void shouldHoldForAnySubject(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> parts = new ArrayList<>();
        String[] types = {"CN", "OU", "O", "L", "ST", "STREET", "C", "DC"};
        for (int i = random.nextInt(4); i >= 0; i--) {
            String type = types[random.nextInt(types.length)];
            parts.add(type + "=" + (type.equals("C") ? "DE" : "v" + random.nextInt(100)));
        }
        CertificateNames names = names(String.join(",", parts));
        Collections.shuffle(parts, random);
        assertThat(names.user(List.of(String.join(",", parts)))).as("%s", parts).isPresent();
        int changed = random.nextInt(parts.size());
        parts.set(changed, parts.get(changed) + "x");
        assertThat(names.user(List.of(String.join(", ", parts)))).as("%s", parts).isEmpty();
    }
}
