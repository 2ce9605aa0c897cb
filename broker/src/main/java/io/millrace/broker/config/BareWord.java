package io.millrace.broker.config;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a word without quotes means: a boolean, a number with or without a size suffix, a date, or
 * just a string.
 */
final class BareWord {
    private static final Pattern WHOLE =
            Pattern.compile("(-?\\d+)([kmgtpe](?:b|i|ib)?)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern FRACTION = Pattern.compile("-?\\d+\\.\\d+");
    private static final Pattern DATE =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z");
    private static final Map<String, Boolean> FLAGS =
            Map.of(
                    "true", true, "yes", true, "on", true, "false", false, "no", false, "off",
                    false);
    private static final String SUFFIXES = "kmgtpe";

    private BareWord() {}

    static ConfigValue value(Position at, String word) throws ConfigSyntaxException {
        Boolean flag = FLAGS.get(word.toLowerCase(Locale.ROOT));
        if (flag != null) {
            return new ConfigValue.Bool(at, flag);
        }
        Matcher whole = WHOLE.matcher(word);
        if (whole.matches()) {
            return new ConfigValue.Whole(at, whole(at, word, whole));
        }
        if (FRACTION.matcher(word).matches()) {
            double fraction = Double.parseDouble(word);
            if (Double.isInfinite(fraction)) {
                throw new ConfigSyntaxException(at, "float '" + word + "' is out of the range");
            }
            return new ConfigValue.Fraction(at, fraction);
        }
        if (DATE.matcher(word).matches()) {
            try {
                String local = word.substring(0, word.length() - 1);
                return new ConfigValue.Time(
                        at, LocalDateTime.parse(local).toInstant(ZoneOffset.UTC));
            } catch (DateTimeParseException e) {
                throw new ConfigSyntaxException(
                        at, "expected Zulu formatted DateTime, but got '" + word + "'");
            }
        }
        return new ConfigValue.Text(at, word);
    }

    private static long whole(Position at, String word, Matcher parts)
            throws ConfigSyntaxException {
        try {
            long number = Long.parseLong(parts.group(1));
            String suffix = parts.group(2);
            if (suffix == null) {
                return number;
            }
            long unit = suffix.length() == 1 ? 1000 : 1024;
            int power = SUFFIXES.indexOf(Character.toLowerCase(suffix.charAt(0))) + 1;
            for (int i = 0; i < power; i++) {
                number = Math.multiplyExact(number, unit);
            }
            return number;
        } catch (ArithmeticException | NumberFormatException e) {
            throw new ConfigSyntaxException(at, "integer '" + word + "' is out of the range");
        }
    }
}
