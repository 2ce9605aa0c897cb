package io.millrace.broker.config.tls;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Typed;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Values that are lists of names out of many: cipher suites, curves and pinned certificates. */
final class Choices {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private Choices() {}

    static List<String> cipherSuites(Field field, Reading in) throws BadValueException {
        List<String> chosen = new ArrayList<>();
        List<String> insecure = new ArrayList<>(in.settings().get(TlsKeys.INSECURE_CIPHER_SUITES));
        for (ConfigValue element : filled(field)) {
            String name = Typed.text(field.key(), element);
            if (!CipherSuites.all().contains(name)) {
                throw new BadValueException("unrecognized cipher " + name);
            }
            if (CipherSuites.INSECURE.contains(name)) {
                insecure.add(name);
            }
            if (!CipherSuites.TLS_1_3.contains(name)) {
                chosen.add(name);
            }
        }
        in.settings().set(TlsKeys.INSECURE_CIPHER_SUITES, insecure);
        return chosen;
    }

    static List<String> curvePreferences(Field field, Reading in) throws BadValueException {
        List<String> chosen = new ArrayList<>();
        for (ConfigValue element : filled(field)) {
            String name = Typed.text(field.key(), element);
            if (!Curves.ALL.contains(name)) {
                throw new BadValueException("unrecognized curve preference " + name);
            }
            if (!Curves.BUILT.contains(name)) {
                throw BadValueException.notYet("curve preference " + name);
            }
            chosen.add(name);
        }
        return chosen;
    }

    static Set<String> pinnedCerts(Field field, Reading in) throws BadValueException {
        Set<String> pinned = new HashSet<>();
        for (ConfigValue element : list(field)) {
            String hex = Typed.text(field.key(), element).toLowerCase(Locale.ROOT);
            if (!SHA_256.matcher(hex).matches()) {
                throw new BadValueException(
                        field.key()
                                + " must be the SHA-256 of public keys (DER SubjectPublicKeyInfo)"
                                + " in hex: "
                                + hex);
            }
            pinned.add(hex);
        }
        return pinned;
    }

    private static List<ConfigValue> filled(Field field) throws BadValueException {
        List<ConfigValue> values = list(field);
        if (values.isEmpty()) {
            throw new BadValueException("'" + field.key() + "' cannot be empty");
        }
        return values;
    }

    /**
     * The elements of a list.
     *
     * @throws BadValueException if it isn't one
     */
    static List<ConfigValue> list(Field field) throws BadValueException {
        if (field.value() instanceof ConfigValue.Array(Position _, List<ConfigValue> values)) {
            return values;
        }
        throw Typed.wrongKind(field.key(), "list", field.value());
    }
}
