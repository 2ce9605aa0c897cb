package io.millrace.broker.auth;

import io.millrace.broker.tls.AlternativeNames;
import io.millrace.broker.tls.DistinguishedName;
import io.millrace.protocol.Quoted;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The names of a client's certificate that may be a user's ({@code verify_and_map}), in the
 * reference's order: e-mail addresses, DNS names and URIs of the subject alternative name, then the
 * subject.
 *
 * <p>The subject counts as a parsed name: a user whose name has the same parts is meant, first in
 * the same order, then in any other. Nothing is matched by pattern, prefix or part.
 */
public final class CertificateNames {
    /** Characters of a subject that are shown in a log. */
    private static final int SHOWN = 512;

    private final List<String> alternativeNames;
    private final DistinguishedName subject;

    private CertificateNames(List<String> alternativeNames, DistinguishedName subject) {
        this.alternativeNames = alternativeNames;
        this.subject = subject;
    }

    /** Reads the names of a certificate, which somebody has verified. */
    public static CertificateNames of(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        for (AlternativeNames kind : AlternativeNames.values()) {
            names.addAll(kind.of(certificate));
        }
        return new CertificateNames(
                List.copyOf(names), DistinguishedName.of(certificate.getSubjectX500Principal()));
    }

    /**
     * All that may be a user's name as it stands, in order. The subject's is last, with its domain
     * components and without.
     */
    public List<String> candidates() {
        List<String> candidates = new ArrayList<>(alternativeNames);
        candidates.addAll(subjectTexts());
        return candidates;
    }

    private List<String> subjectTexts() {
        String text = subject.text();
        String components = subject.domainComponents();
        if (text.isEmpty()) {
            return List.of();
        }
        return components.isEmpty() ? List.of(text) : List.of(text + "," + components, text);
    }

    /**
     * Which of the users the certificate is for.
     *
     * @param userNames the names of all users it may be for
     */
    public Optional<String> user(Collection<String> userNames) {
        return firstOf(alternativeNames, userNames)
                .or(() -> bySubject(userNames))
                .or(() -> firstOf(subjectTexts(), userNames));
    }

    /** That none of its names is a user's, in the words of the reference's log. */
    public String notFound() {
        String text = subject.text();
        if (alternativeNames.isEmpty() && text.isEmpty()) {
            return "User required in cert, none found";
        }
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return "User in cert [\"" + Quoted.utf8(shown) + "\"], not found";
    }

    /** That there is none, in the words of the reference's log. */
    static String missing() {
        return "User required in cert, no peer certificates found";
    }

    private static Optional<String> firstOf(List<String> names, Collection<String> userNames) {
        return names.stream().filter(userNames::contains).findFirst();
    }

    private Optional<String> bySubject(Collection<String> userNames) {
        if (!subject.isComparable()) {
            return Optional.empty();
        }
        Optional<String> inAnyOrder = Optional.empty();
        for (String userName : userNames) {
            Optional<DistinguishedName> name = DistinguishedName.parse(userName);
            if (name.filter(subject::isSame).isPresent()) {
                return Optional.of(userName);
            }
            if (inAnyOrder.isEmpty() && name.filter(subject::hasSameParts).isPresent()) {
                inAnyOrder = Optional.of(userName);
            }
        }
        return inAnyOrder;
    }
}
