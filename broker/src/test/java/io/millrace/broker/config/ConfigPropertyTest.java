package io.millrace.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random trees, written in every way the language has, are read as the trees they were. */
class ConfigPropertyTest {
    private static final int TREES = 20_000;
    private static final int DEPTH = 4;

    private final long seed = Long.getLong("millrace.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private record OneFile(String text) implements ConfigSource {
        @Override
        public String read(String file) {
            return text;
        }

        @Override
        public String resolve(String from, String name) {
            return name;
        }

        @Override
        public String identity(String file) {
            return file;
        }

        @Override
        public @Nullable String environment(String name) {
            return null;
        }
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        for (int i = 0; i < TREES; i++) {
            Map<String, Object> tree = map(DEPTH);
            String native_ = document(tree);
            assertThat(read(native_)).as("seed %d:\n%s", seed, native_).isEqualTo(tree);
            String json = json(tree);
            assertThat(read(json)).as("seed %d:\n%s", seed, json).isEqualTo(tree);
        }
    }

    private static Object read(String text) throws Exception {
        return plain(ConfigParser.parse(new OneFile(text), "f"));
    }

    private static Object plain(ConfigValue value) {
        return switch (value) {
            case ConfigValue.Table table -> {
                Map<String, Object> map = new LinkedHashMap<>();
                table.entries().forEach((key, entry) -> map.put(key, plain(entry.value())));
                yield map;
            }
            case ConfigValue.Array array ->
                    array.values().stream().map(ConfigPropertyTest::plain).toList();
            case ConfigValue.Text text -> text.value();
            case ConfigValue.Flag flag -> flag.value();
            case ConfigValue.Whole whole -> whole.value();
            default -> value.toString();
        };
    }

    // --- trees

    private Map<String, Object> map(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        int entries = random.nextInt(5);
        for (int i = 0; i < entries; i++) {
            map.put("key_" + i + (random.nextBoolean() ? "-x" : ""), value(depth - 1));
        }
        return map;
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> random.nextBoolean();
            case 1 -> (long) random.nextInt(1000) * (random.nextBoolean() ? 1 : -1);
            case 2 -> word();
            case 3 -> anyText();
            case 4 -> map(depth);
            default -> {
                List<Object> list = new ArrayList<>();
                int size = random.nextInt(4);
                for (int i = 0; i < size; i++) {
                    list.add(value(depth - 1));
                }
                yield list;
            }
        };
    }

    private String word() {
        return "w" + Integer.toString(random.nextInt(100_000), 36) + "/.-_x";
    }

    private String anyText() {
        String alphabet = "ab \t#/{}[](),;:=$'\"\\\n\r\u00e9\u4e2d";
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    // --- the language

    private String document(Map<String, Object> tree) {
        StringBuilder out = new StringBuilder(space());
        tree.forEach((key, value) -> entry(out, key, value));
        return out.toString();
    }

    private void entry(StringBuilder out, String key, Object value) {
        out.append(quotedOrNot(key));
        boolean braces = value instanceof Map<?, ?>;
        out.append(
                switch (random.nextInt(braces ? 5 : 4)) {
                    case 0 -> "=";
                    case 1 -> " : ";
                    case 2 -> "\t";
                    case 3 -> ": ";
                    default -> " ";
                });
        out.append(written(value));
        out.append(
                switch (random.nextInt(5)) {
                    case 0 -> ",";
                    case 1 -> ";";
                    case 2 -> " # a comment, {not} \"read\"\n";
                    case 3 -> " // another\r\n";
                    default -> "\n";
                });
        out.append(space());
    }

    private String space() {
        return switch (random.nextInt(6)) {
            case 0 -> "\n\t ";
            case 1 -> "# whole line } ] \"\n";
            case 2 -> "  // and this = one\n";
            default -> "";
        };
    }

    private String quotedOrNot(String key) {
        return switch (random.nextInt(3)) {
            case 0 -> '"' + key + '"';
            case 1 -> "'" + key + "'";
            default -> key;
        };
    }

    private String written(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                StringBuilder out = new StringBuilder("{").append(space());
                map.forEach((key, inner) -> entry(out, (String) key, inner));
                yield out.append('}').toString();
            }
            case List<?> list -> {
                StringBuilder out = new StringBuilder("[");
                for (Object element : list) {
                    out.append(random.nextBoolean() ? " " : "\n").append(written(element));
                    out.append(random.nextBoolean() ? "," : "\n");
                }
                yield out.append(']').toString();
            }
            case Boolean flag -> flag(flag);
            case Long number -> number(number);
            default -> text((String) value);
        };
    }

    private String flag(boolean flag) {
        String[] words =
                flag ? new String[] {"true", "yes", "on"} : new String[] {"false", "no", "off"};
        String word = words[random.nextInt(words.length)];
        return random.nextBoolean() ? word.toUpperCase(java.util.Locale.ROOT) : word;
    }

    private String number(long number) {
        if (number != 0 && number % 10 == 0 && random.nextBoolean()) {
            return number + "";
        }
        return Long.toString(number);
    }

    private String text(String text) {
        boolean bare = text.matches("w[a-z0-9]+/\\.-_x");
        boolean single = text.indexOf('\'') < 0;
        return switch (random.nextInt(3)) {
            case 0 -> bare ? text : doubleQuoted(text);
            case 1 -> single ? "'" + text + "'" : doubleQuoted(text);
            default -> doubleQuoted(text);
        };
    }

    private static String doubleQuoted(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t")
                + '"';
    }

    // --- JSON

    private String json(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                List<String> entries = new ArrayList<>();
                map.forEach((key, inner) -> entries.add('"' + (String) key + "\": " + json(inner)));
                yield "{" + String.join(random.nextBoolean() ? "," : ",\n  ", entries) + "}";
            }
            case List<?> list ->
                    "[" + String.join(", ", list.stream().map(this::json).toList()) + "]";
            case String text -> doubleQuoted(text);
            default -> value.toString();
        };
    }
}
