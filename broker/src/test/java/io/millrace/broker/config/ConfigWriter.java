package io.millrace.broker.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Writes a tree as configuration, each time in another of the ways in which it may be written.
 *
 * <p>What it writes means the tree again; so it serves as the parser's oracle.
 */
public final class ConfigWriter {
    private static final List<String> TRUE = List.of("true", "TRUE", "yes", "On");
    private static final List<String> FALSE = List.of("false", "False", "no", "OFF");
    private static final String SIZES = "KMGTPE";

    /** What is not mistaken for anything else without quotes. */
    private static final String PLAIN = "[_a-z][_a-z0-9.*>-]*";

    /** A block ends at a parenthesis that is alone on its line. */
    private static final Pattern CLOSES_BLOCK = Pattern.compile("\n\\)\r?\n");

    private final Random random;
    private final StringBuilder text = new StringBuilder();

    /** Texts by the name of a variable that stands for them; they have to be defined around. */
    private final Map<String, String> variables;

    private ConfigWriter(Random random, Map<String, String> variables) {
        this.random = random;
        this.variables = variables;
    }

    /** Writes a whole file; {@code variables} are names that it may use for their texts. */
    public static String write(
            ConfigValue.Table root, Random random, Map<String, String> variables) {
        ConfigWriter writer = new ConfigWriter(random, variables);
        if (random.nextInt(8) == 0) {
            writer.json(root);
            return writer.text.toString();
        }
        writer.gap("\n", "# {\n", "// \"\n", "");
        writer.entries(root);
        return writer.text.toString();
    }

    /** Writes what may stand in a map. */
    public static String writeEntries(
            ConfigValue.Table table, Random random, Map<String, String> variables) {
        ConfigWriter writer = new ConfigWriter(random, variables);
        writer.entries(table);
        return writer.text.toString();
    }

    private void entries(ConfigValue.Table table) {
        table.entries()
                .forEach(
                        (key, entry) -> {
                            key(key);
                            value(entry.value());
                            gap(
                                    "\n",
                                    ";",
                                    " ; ",
                                    ",",
                                    ",\n",
                                    " # } comment\n",
                                    " //\n\r\n",
                                    "\n\t");
                        });
    }

    private void key(String key) {
        boolean bare = key.matches(PLAIN) && !key.equalsIgnoreCase("include");
        text.append(bare && random.nextBoolean() ? key : quoted(key));
        gap(" ", "\t ", "=", " = ", ":", ": ", " :", "  =\t");
    }

    private void value(ConfigValue value) {
        switch (value) {
            case ConfigValue.Table table -> {
                gap("{", "{ ", "{\n", "{ // {\n");
                entries(table);
                gap("}", " }");
            }
            case ConfigValue.Array(Position _, List<ConfigValue> values) -> {
                gap("[", "[ ", "[\n", "[ # ]\n");
                for (ConfigValue element : values) {
                    value(element);
                    gap(",", " , ", "\n", ", # ,\n", " //]\n");
                }
                gap("]", " ]");
            }
            case ConfigValue.Text(Position _, String string) -> text(string);
            case ConfigValue.Whole(Position _, long number) -> text.append(sized(number));
            case ConfigValue.Bool(Position _, boolean flag) -> gap(flag ? TRUE : FALSE);
            case ConfigValue.Fraction _, ConfigValue.Time _ -> text.append(canonical(value));
        }
    }

    private void text(String string) {
        List<String> forms = new ArrayList<>(List.of(quoted(string)));
        variables.forEach(
                (name, stored) -> {
                    if (stored.equals(string)) {
                        forms.add("$" + name);
                    }
                });
        if (string.matches(PLAIN) && !TRUE.contains(string) && !FALSE.contains(string)) {
            forms.add(string);
        }
        if (string.endsWith("\n") && !CLOSES_BLOCK.matcher(string).find()) {
            forms.add("(" + string + ")\n");
        }
        gap(forms);
    }

    /** In single quotes nothing is special, in double quotes a few characters are. */
    private String quoted(String string) {
        if (string.indexOf('\'') < 0 && random.nextBoolean()) {
            return "'" + string + "'";
        }
        StringBuilder quoted = new StringBuilder("\"");
        string.chars().forEach(c -> quoted.append(escaped((char) c)));
        return quoted.append('"').toString();
    }

    private String escaped(char c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> random.nextBoolean() ? "\\n" : "\n";
            case '\t' -> random.nextBoolean() ? "\\t" : "\t";
            case '\r' -> random.nextBoolean() ? "\\r" : "\r";
            default ->
                    c < 0x7F && random.nextInt(8) == 0
                            ? String.format("\\x%02x", (int) c)
                            : String.valueOf(c);
        };
    }

    /** A number, with one of the size suffixes that divide it, if any does. */
    private String sized(long number) {
        int power = 0;
        long rest = number;
        long unit = random.nextBoolean() ? 1000 : 1024;
        while (rest != 0 && rest % unit == 0 && power < SIZES.length() && random.nextInt(4) > 0) {
            rest /= unit;
            power++;
        }
        if (power == 0) {
            return Long.toString(number);
        }
        String size = SIZES.substring(power - 1, power) + (unit == 1000 ? "" : any("B", "i", "iB"));
        return rest + (random.nextBoolean() ? size : size.toLowerCase(Locale.ROOT));
    }

    /** Numbers and times that have one form only. */
    private static String canonical(ConfigValue value) {
        return switch (value) {
            case ConfigValue.Fraction(Position _, double fraction) -> {
                String plain = new BigDecimal(Double.toString(fraction)).toPlainString();
                String sign = fraction == 0 && 1 / fraction < 0 ? "-" : "";
                yield sign + (plain.contains(".") ? plain : plain + ".0");
            }
            case ConfigValue.Time time -> time.value().toString();
            default -> throw new IllegalArgumentException(value.kind());
        };
    }

    /** JSON; what JSON has no word for is written as configuration. */
    private void json(ConfigValue value) {
        switch (value) {
            case ConfigValue.Table table -> {
                String comma = "{";
                for (Map.Entry<String, ConfigValue.Entry> entry : table.entries().entrySet()) {
                    text.append(comma).append(json(entry.getKey())).append(": ");
                    json(entry.getValue().value());
                    comma = ",\n";
                }
                text.append(table.entries().isEmpty() ? "{}" : "}");
            }
            case ConfigValue.Array(Position _, List<ConfigValue> values) -> {
                String comma = "[";
                for (ConfigValue element : values) {
                    text.append(comma);
                    json(element);
                    comma = ", ";
                }
                text.append(values.isEmpty() ? "[]" : "]");
            }
            case ConfigValue.Text(Position _, String string) -> text.append(json(string));
            case ConfigValue.Whole(Position _, long number) -> text.append(number);
            case ConfigValue.Bool(Position _, boolean flag) -> text.append(flag);
            case ConfigValue.Fraction _, ConfigValue.Time _ -> text.append(canonical(value));
        }
    }

    private static String json(String string) {
        return '"' + string.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void gap(String... choices) {
        text.append(any(choices));
    }

    private void gap(List<String> choices) {
        text.append(choices.get(random.nextInt(choices.size())));
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** The tree without places, which differ from one way of writing to the next. */
    public static ConfigValue withoutPlaces(ConfigValue value) {
        Position nowhere = new Position("", 0, 0);
        return switch (value) {
            case ConfigValue.Table table -> {
                Map<String, ConfigValue.Entry> entries = new LinkedHashMap<>();
                table.entries()
                        .forEach(
                                (key, entry) ->
                                        entries.put(
                                                key,
                                                new ConfigValue.Entry(
                                                        nowhere,
                                                        withoutPlaces(entry.value()),
                                                        false)));
                yield new ConfigValue.Table(nowhere, Collections.unmodifiableMap(entries));
            }
            case ConfigValue.Array(Position _, List<ConfigValue> values) ->
                    new ConfigValue.Array(
                            nowhere, values.stream().map(ConfigWriter::withoutPlaces).toList());
            case ConfigValue.Text text -> new ConfigValue.Text(nowhere, text.value());
            case ConfigValue.Whole whole -> new ConfigValue.Whole(nowhere, whole.value());
            case ConfigValue.Fraction some -> new ConfigValue.Fraction(nowhere, some.value());
            case ConfigValue.Bool flag -> new ConfigValue.Bool(nowhere, flag.value());
            case ConfigValue.Time time -> new ConfigValue.Time(nowhere, time.value());
        };
    }
}
