package io.millrace.broker.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import javax.security.auth.x500.X500Principal;

/**
 * A distinguished name as what it is, a sequence of sets of attributes, so that names are compared
 * part by part and never as text with patterns.
 *
 * <p>Types compare without regard to case, values to the byte (what the reference does with its
 * users' names; RFC 4514 for the text).
 */
public final class DistinguishedName {
    /** The types that names may be compared with. */
    private static final List<String> TYPES =
            List.of("CN", "SERIALNUMBER", "C", "L", "ST", "STREET", "O", "OU", "POSTALCODE", "DC");

    /** Those the JDK would write as numbers. */
    private static final Map<String, String> MORE_TYPES =
            Map.of("2.5.4.5", "SERIALNUMBER", "2.5.4.17", "POSTALCODE");

    /** The order in which the reference writes a subject; each type once, with all its values. */
    private static final List<String> WRITTEN =
            List.of("SERIALNUMBER", "CN", "OU", "O", "POSTALCODE", "STREET", "L", "ST", "C");

    private static final String SPECIAL = " \"#+,;<=>\\";

    /** A type and a value. */
    private record Attribute(String type, String value) {
        boolean isText() {
            return !value.isEmpty() && !value.startsWith("\0#");
        }

        boolean isSame(Attribute other) {
            return type.equals(other.type) && value.equals(other.value);
        }
    }

    /** Sets of attributes, the most special first, as in the text. */
    private final List<List<Attribute>> parts;

    private DistinguishedName(List<List<Attribute>> parts) {
        this.parts = parts;
    }

    /** The name of a certificate's subject; one that is like no other if it can't be read. */
    public static DistinguishedName of(X500Principal subject) {
        return parsed(subject.getName(X500Principal.RFC2253, MORE_TYPES))
                .orElseGet(() -> new DistinguishedName(List.of()));
    }

    /** Reads a name; empty if the text isn't one. */
    public static Optional<DistinguishedName> parse(String text) {
        return parsed(text).filter(name -> !name.parts.isEmpty() && name.isComparable());
    }

    // --- comparing

    /** Whether names are compared with it: all its types are known, all its values are text. */
    public boolean isComparable() {
        return parts.stream()
                .flatMap(List::stream)
                .allMatch(one -> TYPES.contains(one.type) && one.isText());
    }

    /** Whether both have the same parts in the same order. */
    public boolean isSame(DistinguishedName other) {
        if (parts.size() != other.parts.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!isSame(parts.get(i), other.parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether both have the same parts, in whatever order; each counts once. */
    public boolean hasSameParts(DistinguishedName other) {
        if (parts.size() != other.parts.size()) {
            return false;
        }
        List<List<Attribute>> left = new ArrayList<>(other.parts);
        for (List<Attribute> part : parts) {
            int found = -1;
            for (int i = 0; i < left.size() && found < 0; i++) {
                found = isSame(part, left.get(i)) ? i : -1;
            }
            if (found < 0) {
                return false;
            }
            left.remove(found);
        }
        return true;
    }

    private static boolean isSame(List<Attribute> one, List<Attribute> other) {
        return one.size() == other.size() && hasAll(one, other) && hasAll(other, one);
    }

    private static boolean hasAll(List<Attribute> part, List<Attribute> wanted) {
        return wanted.stream().allMatch(each -> part.stream().anyMatch(each::isSame));
    }

    // --- writing

    /**
     * The subject as the reference writes it: the common types in an order of its own, the values
     * of one type together, domain components and rare types left out.
     */
    public String text() {
        List<String> written = new ArrayList<>();
        for (String type : WRITTEN) {
            List<String> values = values(type);
            // Of these only the last counts.
            if (values.size() > 1 && (type.equals("CN") || type.equals("SERIALNUMBER"))) {
                values = values.subList(values.size() - 1, values.size());
            }
            if (!values.isEmpty()) {
                written.add(
                        String.join(
                                "+",
                                values.stream().map(value -> type + "=" + escape(value)).toList()));
            }
        }
        return String.join(",", written);
    }

    /** The domain components alone, in the order of the certificate; empty if there are none. */
    public String domainComponents() {
        return String.join(",", values("DC").stream().map(value -> "DC=" + value).toList());
    }

    /** The values of a type in the order of a certificate, which is from the general on. */
    private List<String> values(String type) {
        List<String> values = new ArrayList<>();
        for (List<Attribute> part : parts.reversed()) {
            for (Attribute attribute : part) {
                if (attribute.type.equals(type) && attribute.isText()) {
                    values.add(attribute.value);
                }
            }
        }
        return values;
    }

    private static String escape(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean atEnd = i == 0 || i == value.length() - 1;
            if (",+\"\\<>;".indexOf(c) >= 0 || c == ' ' && atEnd || c == '#' && i == 0) {
                text.append('\\');
            }
            text.append(c);
        }
        return text.toString();
    }

    // --- reading

    private static Optional<DistinguishedName> parsed(String text) {
        try {
            return Optional.of(new DistinguishedName(new Reader(text).read()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Reads {@code type=value+type=value,type=value}. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        List<List<Attribute>> read() {
            List<List<Attribute>> parts = new ArrayList<>();
            List<Attribute> part = new ArrayList<>();
            while (at < text.length()) {
                part.add(attribute());
                boolean more = at < text.length() && text.charAt(at) == '+';
                if (!more) {
                    parts.add(List.copyOf(part));
                    part.clear();
                }
                at++;
                if (at == text.length()) {
                    throw new IllegalArgumentException("ends with a separator");
                }
            }
            return parts;
        }

        private Attribute attribute() {
            int equals = text.indexOf('=', at);
            String type = equals < 0 ? "" : text.substring(at, equals).strip();
            if (type.isEmpty() || !type.matches("[A-Za-z][A-Za-z0-9-]*|[0-9.]+")) {
                throw new IllegalArgumentException("a value without a type");
            }
            at = equals + 1;
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            // Encoded values are told from text by a character that text can't begin with.
            boolean encoded = at < text.length() && text.charAt(at) == '#';
            String value = value();
            return new Attribute(type.toUpperCase(Locale.ROOT), encoded ? "\0" + value : value);
        }

        /** A value up to the next separator, without the blanks behind it. */
        private String value() {
            ByteArrayOutputStream value = new ByteArrayOutputStream();
            int kept = 0;
            while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '+') {
                int c = text.codePointAt(at);
                if (c == '\\') {
                    value.write(escaped());
                    kept = value.size();
                    continue;
                }
                value.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(c);
                if (c != ' ') {
                    kept = value.size();
                }
            }
            return new String(value.toByteArray(), 0, kept, StandardCharsets.UTF_8);
        }

        private int escaped() {
            int first = at + 1;
            if (first < text.length() && SPECIAL.indexOf(text.charAt(first)) >= 0) {
                at += 2;
                return text.charAt(first);
            }
            if (first + 2 > text.length()) {
                throw new IllegalArgumentException("ends within an escape");
            }
            at += 3;
            return HexFormat.fromHexDigits(text, first, first + 2);
        }
    }

    // --- as a value

    @Override
    public boolean equals(Object other) {
        return other instanceof DistinguishedName name && parts.equals(name.parts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(parts);
    }

    @Override
    public String toString() {
        return text();
    }
}
