package io.millrace.broker.config.tls;

import io.millrace.broker.config.Settings;
import io.millrace.broker.tls.TlsFileException;
import io.millrace.broker.tls.TlsMaterial;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The flags that are about TLS. As in the reference, any of them stands for TLS with the
 * certificate they give, and {@code --tls=false} switches off what the file says; unlike there,
 * what no flag speaks of (cipher suites, versions, who must verify) stays as the file has it, so
 * that no flag weakens a file.
 */
public final class TlsFlags {
    public static final Set<String> WITH_VALUE = Set.of("tlscert", "tlskey", "tlscacert");
    public static final Set<String> SWITCHES = Set.of("tls", "tlsverify");

    private TlsFlags() {}

    /** Changes the options as the flags say; returns what is wrong with them, empty for nothing. */
    public static List<String> apply(Map<String, String> flags, Settings settings) {
        if (flags.keySet().stream()
                .noneMatch(name -> WITH_VALUE.contains(name) || SWITCHES.contains(name))) {
            return List.of();
        }
        if ("false".equals(flags.get("tls"))) {
            settings.set(ClientTlsKeys.TLS, TlsOptions.OFF);
            return List.of();
        }
        String certificate = flags.getOrDefault("tlscert", "");
        if (certificate.isEmpty()) {
            return List.of("TLS Server certificate must be present and valid");
        }
        String key = flags.getOrDefault("tlskey", "");
        if (key.isEmpty()) {
            return List.of("TLS Server private key must be present and valid");
        }
        TlsOptions file = settings.get(ClientTlsKeys.TLS);
        String verify = flags.getOrDefault("tlsverify", Boolean.toString(file.verify()));
        TlsOptions tls =
                file.toBuilder()
                        .certificate(certificate, key)
                        .caFile(flags.getOrDefault("tlscacert", file.caFile()))
                        .verify(verify.equals("true"))
                        .build();
        try {
            TlsMaterial.load(tls.certificates(), tls.caFile());
        } catch (TlsFileException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        settings.set(ClientTlsKeys.TLS, tls);
        return List.of();
    }
}
