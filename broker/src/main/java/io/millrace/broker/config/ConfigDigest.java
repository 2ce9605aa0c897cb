package io.millrace.broker.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The digest of a configuration: the same for the same content, and the same as the reference's.
 *
 * <p>SHA-256 of the tree as Go writes JSON: keys sorted, no blanks, {@code <}, {@code >} and {@code
 * &} escaped, a line feed at the end.
 */
public final class ConfigDigest {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build();

    private ConfigDigest() {}

    /** Returns {@code sha256:} and the digest in hexadecimal. */
    public static String of(ConfigValue.Table root) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.setCharacterEscapes(new GoEscapes());
            write(json, root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.write('\n');
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** That of a file in which nothing is configured. */
    public static String ofNothing() {
        return of(new ConfigValue.Table(new Position("", 0, 0), Map.of()));
    }

    private static void write(JsonGenerator json, ConfigValue value) throws IOException {
        switch (value) {
            case ConfigValue.Table table -> {
                json.writeStartObject();
                Map<String, ConfigValue.Entry> sorted = new TreeMap<>(table.entries());
                for (Map.Entry<String, ConfigValue.Entry> entry : sorted.entrySet()) {
                    json.writeFieldName(entry.getKey());
                    write(json, entry.getValue().value());
                }
                json.writeEndObject();
            }
            case ConfigValue.Array array -> {
                json.writeStartArray();
                for (ConfigValue element : array.values()) {
                    write(json, element);
                }
                json.writeEndArray();
            }
            case ConfigValue.Text text -> json.writeString(text.value());
            case ConfigValue.Whole whole -> json.writeNumber(whole.value());
            case ConfigValue.Fraction fraction -> json.writeNumber(number(fraction.value()));
            case ConfigValue.Bool flag -> json.writeBoolean(flag.value());
            case ConfigValue.Time time ->
                    json.writeString(DateTimeFormatter.ISO_INSTANT.format(time.value()));
        }
    }

    /** Go writes the smallest and the largest numbers with an exponent. */
    private static String number(double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal decimal = BigDecimal.valueOf(value).stripTrailingZeros();
        if (Math.abs(value) >= 1e-6 && Math.abs(value) < 1e21) {
            return decimal.toPlainString();
        }
        int exponent = decimal.precision() - decimal.scale() - 1;
        return decimal.scaleByPowerOfTen(-exponent).toPlainString()
                + (exponent < 0 ? "e" : "e+")
                + exponent;
    }

    /** Go's JSON is safe to stand in HTML. */
    private static final class GoEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        private final int[] ascii = CharacterEscapes.standardAsciiEscapesForJSON();

        GoEscapes() {
            for (char c : "<>&".toCharArray()) {
                ascii[c] = CharacterEscapes.ESCAPE_CUSTOM;
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return switch (c) {
                case '<', '>', '&', 0x2028, 0x2029 ->
                        new SerializedString(String.format("\\u%04x", c));
                default -> null;
            };
        }
    }
}
