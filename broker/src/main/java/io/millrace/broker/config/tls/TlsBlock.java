package io.millrace.broker.config.tls;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.tls.CertificateFiles;
import io.millrace.broker.tls.TlsFileException;
import io.millrace.broker.tls.TlsMaterial;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a {@code tls} block: its keys, and the files it names. */
public final class TlsBlock {
    private TlsBlock() {}

    /**
     * Reads a block for clients, and the files it names.
     *
     * @param in where all problems go, each with the place of what is wrong
     * @return the options; useless if there are new errors
     * @throws BadValueException if the block as a whole is wrong
     */
    public static TlsOptions read(Field field, Reading in) throws BadValueException {
        return read(field, in, TlsKeys.Use.CLIENTS);
    }

    /** The same for the {@code tls} block of a cluster. */
    public static TlsOptions readForRoutes(Field field, Reading in) throws BadValueException {
        return read(field, in, TlsKeys.Use.ROUTES);
    }

    /** The same for the {@code tls} block of leaf nodes that connect to this server. */
    public static TlsOptions readForLeafs(Field field, Reading in) throws BadValueException {
        return read(field, in, TlsKeys.Use.LEAFS);
    }

    /** The same for the {@code tls} block of a remote, which needs no certificate. */
    public static TlsOptions readForRemotes(Field field, Reading in) throws BadValueException {
        return read(field, in, TlsKeys.Use.REMOTES);
    }

    private static TlsOptions read(Field field, Reading in, TlsKeys.Use use)
            throws BadValueException {
        int before = in.errors().size();
        Settings said = new Settings().set(TlsKeys.USE, use);
        TlsKeys.TLS.read(Typed.table("tls", field.value()), in.into(said));
        if (in.errors().size() > before) {
            return TlsOptions.OFF;
        }
        List<String> insecure = said.get(TlsKeys.INSECURE_CIPHER_SUITES);
        if (!said.get(TlsKeys.ALLOW_INSECURE_CIPHER_SUITES) && !insecure.isEmpty()) {
            throw new BadValueException(
                    "insecure cipher suites configured without 'allow_insecure_cipher_suites'"
                            + " option set: "
                            + String.join(", ", insecure));
        }
        said.set(TlsKeys.CERTIFICATES, allCertificates(said));
        said.set(
                TlsKeys.VERIFY,
                said.get(TlsKeys.VERIFY) || said.get(TlsKeys.MAP) || use == TlsKeys.Use.ROUTES);
        TlsOptions tls = TlsKeys.of(said);
        check(tls);
        return tls;
    }

    private static List<CertificateFiles> allCertificates(Settings said) throws BadValueException {
        List<CertificateFiles> certificates = said.get(TlsKeys.CERTIFICATES);
        String certFile = said.get(TlsKeys.CERT_FILE);
        String keyFile = said.get(TlsKeys.KEY_FILE);
        if (!certificates.isEmpty() && !certFile.isEmpty()) {
            throw new BadValueException(
                    "error parsing tls config, cannot combine 'cert_file' option with 'certs'"
                            + " option");
        }
        if (!certFile.isEmpty() && keyFile.isEmpty()) {
            throw new BadValueException("missing 'key_file' in TLS configuration");
        }
        if (certFile.isEmpty() && !keyFile.isEmpty()) {
            throw new BadValueException("missing 'cert_file' in TLS configuration");
        }
        if (!certFile.isEmpty()) {
            return List.of(new CertificateFiles(certFile, keyFile));
        }
        if (certificates.isEmpty() && said.get(TlsKeys.USE) != TlsKeys.Use.REMOTES) {
            throw new BadValueException(
                    "tls needs a certificate: 'cert_file' and 'key_file', or 'certs'");
        }
        return certificates;
    }

    /** Whether the files can be used: an operator wants to know that before the server starts. */
    private static void check(TlsOptions tls) throws BadValueException {
        try {
            TlsMaterial.load(tls.certificates(), tls.caFile());
        } catch (TlsFileException e) {
            throw new BadValueException(String.valueOf(e.getMessage()));
        }
    }

    static List<CertificateFiles> certificates(Field field, Reading in) throws BadValueException {
        List<CertificateFiles> pairs = new ArrayList<>(in.settings().get(TlsKeys.CERTIFICATES));
        for (ConfigValue pair : Choices.list(field)) {
            String cert = "";
            String privateKey = "";
            for (Map.Entry<String, ConfigValue.Entry> entry :
                    Typed.table(field.key(), pair).entrySet()) {
                String name = entry.getKey();
                String file = Typed.text(name, entry.getValue().value());
                switch (name) {
                    case "cert_file" -> cert = file;
                    case "key_file" -> privateKey = file;
                    default -> throw new BadValueException("unknown field \"" + name + "\"");
                }
            }
            if (cert.isEmpty() || privateKey.isEmpty()) {
                throw new BadValueException(
                        "each of '" + field.key() + "' needs both 'cert_file' and 'key_file'");
            }
            pairs.add(new CertificateFiles(cert, privateKey));
        }
        return pairs;
    }
}
