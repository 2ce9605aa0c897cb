package io.millrace.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A tree is the same tree in whatever way it is written. */
class ConfigPropertyTest {
    private static final int TREES = 3_000;
    private static final Position NOWHERE = new Position("", 0, 0);

    private static final List<String> TEXTS =
            List.of(
                    "",
                    "a",
                    "foo.*.>",
                    "true",
                    "12k",
                    "-1.5",
                    "2026-11-21T01:02:03Z",
                    "$V",
                    "$2a$11$abc",
                    "two words",
                    " # no comment // none } ] , ; = :",
                    "\"'\\\t\r\n",
                    "it's",
                    "\n)\n",
                    "\n a block\n of lines )\n",
                    "\n) still\n)) the\n)\tblock\n",
                    "nats://user:pass@host:4222",
                    "é€😀");

    private static final Map<String, String> VARIABLES =
            Map.of("V1", "a", "V2", "foo.*.>", "V3", " # no comment // none } ] , ; = :");

    @Test
    void shouldMeanTheSameInEveryWayOfWriting() throws Exception {
        long seed = Long.getLong("config.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < TREES; i++) {
            ConfigValue.Table tree = table(random, 4);
            String text = ConfigWriter.write(tree, random, VARIABLES);
            MemorySource source = new MemorySource().file("c", text);
            VARIABLES.forEach((name, value) -> source.variable(name, "'" + value + "'"));
            assertThat(parsed(source, text, seed))
                    .as("-Dconfig.seed=%d, tree %d:%n%s", seed, i, text)
                    .isEqualTo(tree);
        }
    }

    @Test
    void shouldFindVariablesInTheMapsAround() throws Exception {
        long seed = Long.getLong("config.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < TREES; i++) {
            ConfigValue.Table inner = table(random, 3);
            StringBuilder text = new StringBuilder();
            VARIABLES.forEach((name, value) -> text.append(name + ": '" + value + "'\n"));
            text.append("x {y {z {\n");
            text.append(ConfigWriter.writeEntries(inner, random, VARIABLES));
            text.append("}}}\n");
            MemorySource source = new MemorySource().file("c", text.toString());
            ConfigValue.Table root = parsed(source, text.toString(), seed);
            assertThat(in(in(in(root, "x"), "y"), "z"))
                    .as("-Dconfig.seed=%d, tree %d:%n%s", seed, i, text)
                    .isEqualTo(inner);
        }
    }

    private static ConfigValue.Table parsed(MemorySource source, String text, long seed)
            throws Exception {
        try {
            return (ConfigValue.Table) ConfigWriter.withoutPlaces(ConfigParser.parse(source, "c"));
        } catch (ConfigSyntaxException e) {
            throw new AssertionError("-Dconfig.seed=" + seed + ": " + e.problem() + "\n" + text, e);
        }
    }

    private static ConfigValue.Table in(ConfigValue.Table table, String key) {
        return (ConfigValue.Table) table.entries().get(key).value();
    }

    // --- random trees

    private static ConfigValue.Table table(Random random, int depth) {
        Map<String, ConfigValue.Entry> entries = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            String key = random.nextBoolean() ? "key" + i : any(random, TEXTS) + i;
            entries.put(key, new ConfigValue.Entry(NOWHERE, value(random, depth - 1), false));
        }
        return new ConfigValue.Table(NOWHERE, entries);
    }

    private static ConfigValue value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> new ConfigValue.Bool(NOWHERE, random.nextBoolean());
            case 1 -> new ConfigValue.Whole(NOWHERE, whole(random));
            case 2 -> new ConfigValue.Fraction(NOWHERE, random.nextGaussian() * 1e6);
            case 3 ->
                    new ConfigValue.Time(NOWHERE, Instant.ofEpochSecond(random.nextLong(1L << 34)));
            case 4, 5 -> new ConfigValue.Text(NOWHERE, any(random, TEXTS));
            case 6 -> table(random, depth);
            default -> {
                List<ConfigValue> values = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    values.add(value(random, depth - 1));
                }
                yield new ConfigValue.Array(NOWHERE, values);
            }
        };
    }

    /** Often a multiple of a size. */
    private static long whole(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt(-100, 100);
            default ->
                    random.nextInt(-9, 10)
                            * (long)
                                    Math.pow(random.nextBoolean() ? 1000 : 1024, random.nextInt(7));
        };
    }

    private static <T> T any(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
