package io.millrace.broker.transport.tls;

import io.millrace.broker.tls.AlternativeNames;
import io.millrace.broker.tls.CertifiedKey;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the certificate to show. To a client, the first that has the name it asks for and is of
 * the kind of key it understands; the first of that kind, if none has the name. To a server that
 * wants one, the first of the kind that an authority has vouched for which it trusts; none rather
 * than another. An alias is an index.
 */
final class ServerKeys extends X509ExtendedKeyManager {
    private final List<CertifiedKey> keys;

    /** The DNS names of each key, in lower case. */
    private final List<List<String>> names = new ArrayList<>();

    ServerKeys(List<CertifiedKey> keys) {
        this.keys = keys;
        keys.forEach(key -> names.add(dnsNames(key.certificate())));
    }

    private static List<String> dnsNames(X509Certificate certificate) {
        return AlternativeNames.DNS.of(certificate).stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        String asked = askedName(engine);
        String ofKind = null;
        for (int i = 0; i < keys.size(); i++) {
            if (!isOfKind(keys.get(i), keyType)) {
                continue;
            }
            if (asked.isEmpty() || names.get(i).stream().anyMatch(name -> isMeant(name, asked))) {
                return Integer.toString(i);
            }
            if (ofKind == null) {
                ofKind = Integer.toString(i);
            }
        }
        return ofKind;
    }

    private static String askedName(SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return "";
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        for (int i = 0; i < keys.size(); i++) {
            CertifiedKey key = keys.get(i);
            if (Stream.of(keyTypes).anyMatch(keyType -> isOfKind(key, keyType))
                    && isVouchedFor(key, issuers)) {
                return Integer.toString(i);
            }
        }
        return null;
    }

    /** No issuers stand for any. */
    private static boolean isVouchedFor(CertifiedKey key, Principal @Nullable [] issuers) {
        return issuers == null
                || issuers.length == 0
                || key.chain().stream()
                        .map(X509Certificate::getIssuerX500Principal)
                        .anyMatch(List.of(issuers)::contains);
    }

    /** Both providers ask for the algorithm of a key, the JDK's in TLS 1.2 also with its use. */
    private static boolean isOfKind(CertifiedKey key, String keyType) {
        String algorithm = key.privateKey().getAlgorithm();
        return switch (keyType) {
            case "RSA", "RSASSA-PSS" -> algorithm.equals("RSA");
            case "EC", "EC_EC", "EC_RSA" -> algorithm.equals("EC");
            case "EdDSA", "Ed25519" -> algorithm.equals("EdDSA") || algorithm.equals("Ed25519");
            default -> false;
        };
    }

    /** A name, or a wildcard for the first label of one. */
    private static boolean isMeant(String name, String asked) {
        if (!name.startsWith("*.")) {
            return name.equals(asked);
        }
        int dot = asked.indexOf('.');
        return dot > 0 && asked.substring(dot).equals(name.substring(1));
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return keys.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return keys.get(Integer.parseInt(alias)).privateKey();
    }

    // --- what only sockets ask

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
