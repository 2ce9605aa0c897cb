package io.millrace.broker.config.start;

import io.millrace.broker.config.Key;
import io.millrace.broker.tls.TestCa;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the tests that go through a block key by key, by a table, have in common. */
final class KeyTable {
    private KeyTable() {}

    /** The keys of a table, which its first column has. */
    static Set<String> names(String table) {
        Set<String> names = new TreeSet<>();
        table.lines().forEach(line -> names.add(line.split("\\|")[0].strip()));
        return names;
    }

    /** All names of keys. */
    static Set<String> names(Stream<Key> keys) {
        Set<String> names = new TreeSet<>();
        keys.forEach(key -> names.addAll(key.names()));
        return names;
    }

    /** A text with files in the places of {@code CERT} and {@code KEY}, if it has them. */
    static String withCertificate(String text, Path folder) throws Exception {
        if (!text.contains("CERT")) {
            return text;
        }
        TestCa.Issued issued = new TestCa().server();
        return text.replace("CERT", "'" + issued.writeCertificate(folder, "cert.pem") + "'")
                .replace("KEY", "'" + issued.writeKey(folder, "key.pem") + "'");
    }
}
