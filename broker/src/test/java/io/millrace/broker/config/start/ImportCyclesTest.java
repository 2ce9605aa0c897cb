package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** CVE-2020-28466, CVE-2022-42709: imports that go round, and how long it takes to find them. */
@Timeout(60)
class ImportCyclesTest {
    private static final int MANY = 10_000;

    private static List<String> errors(String text) {
        return ConfigFile.read(new MemorySource().file("c", text), "c", new OptionsBuilder())
                .errors();
    }

    /** So many accounts, each of which imports from the next; the last from another. */
    private static String chain(String kind, int accounts, int last) {
        StringBuilder text = new StringBuilder("accounts {\n");
        for (int i = 0; i < accounts; i++) {
            int from = i + 1 < accounts ? i + 1 : last;
            text.append("A%d { exports: [{%s: x}]".formatted(i, kind));
            if (from >= 0) {
                text.append(", imports: [{%s: {account: A%d, subject: x}}]".formatted(kind, from));
            }
            text.append(" }\n");
        }
        return text.append("}\n").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "service"})
    void shouldTakeAChainOfAThousandAccounts(String kind) {
        assertThat(errors(chain(kind, 1_000, -1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "service"})
    void shouldRefuseAChainOfTenThousandAccounts(String kind) {
        assertThat(errors(chain(kind, MANY, -1)))
                .singleElement()
                .asString()
                .matches(
                        "c:\\d+:\\d+: Error adding "
                                + kind
                                + " import \"x\": search cycle depth exhausted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "service"})
    void shouldRefuseACircleOfTenThousandAccountsWhereItCloses(String kind) {
        assertThat(errors(chain(kind, MANY, 0)))
                .singleElement()
                .asString()
                .startsWith("c:" + (MANY + 1) + ":")
                .endsWith(": Error adding %s import \"x\": import forms a cycle".formatted(kind));
    }

    @Test
    void shouldTakeTenThousandAccountsAroundOne() {
        StringBuilder text = new StringBuilder("accounts {\nHUB { exports: [");
        text.append("{stream: 'all.>'}, {service: 'of.*', account_token_position: 2},");
        for (int i = 0; i < MANY; i++) {
            text.append("{service: 'own.%1$d.*', accounts: [A%1$d]}\n".formatted(i));
        }
        text.append("], imports: [");
        for (int i = 0; i < MANY; i++) {
            text.append("{stream: {account: A%1$d, subject: up}, to: up.%1$d}\n".formatted(i));
        }
        text.append("] }\n");
        for (int i = 0; i < MANY; i++) {
            text.append(
                    """
                    A%1$d { exports: [{stream: up}], imports: [
                      {stream: {account: HUB, subject: 'all.%1$d.*'}},
                      {service: {account: HUB, subject: of.A%1$d}, to: mine},
                      {service: {account: HUB, subject: 'own.%1$d.*'}}] }
                    """
                            .formatted(i));
        }
        assertThat(errors(text.append("}").toString())).isEmpty();
    }

    /** Layer by layer everybody imports from everybody: there are 10^500 ways through. */
    @Test
    void shouldNotGoEveryWayThroughLayersOfAccounts() {
        StringBuilder text = new StringBuilder("accounts {\n");
        for (int layer = 0; layer < 500; layer++) {
            for (int i = 0; i < 10; i++) {
                text.append("L%dN%d { exports: [{service: x}], imports: [".formatted(layer, i));
                for (int j = 0; j < 10 && layer < 499; j++) {
                    text.append(
                            "{service: {account: L%dN%d, subject: x}}\n".formatted(layer + 1, j));
                }
                text.append("] }\n");
            }
        }
        assertThat(errors(text.append("}").toString())).isEmpty();
    }

    @Test
    void shouldReadSubjectsOfThousandsOfTokens() {
        String subject = "a.".repeat(2_000) + "a";
        assertThat(
                        errors(
                                """
                                accounts { A { exports: [{stream: '%1$s'}] }
                                B { imports: [{stream: {account: A, subject: '%1$s'}}] } }
                                """
                                        .formatted(subject)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    service | x     | x   | x     | x   | true
                    service | b     | a   | a     | b   | true
                    service | b     | a   | c     | b   | false
                    service | b.*   | a.* | a.1   | b.1 | true
                    service | b.*   | a.* | a.1   | c.1 | false
                    service | b.>   | a.> | a.b.> | b.> | true
                    stream  | x     | x   | x     | x   | true
                    stream  | x     | y   | z     | x   | false
                    stream  | x     | y   | y     | x   | true
                    stream  | x.*   | y.$1 | y.*  | x.$1 | true
                    stream  | x.*   | y.$1 | y.a.* | x.$1 | false
                    """)
    void shouldSeeWhereMessagesGo(
            String kind, String ofB, String inA, String ofA, String inB, boolean circle) {
        String text =
                """
                accounts {
                A { exports: [{%1$s: '>'}], imports: [{%1$s: {account: B, subject: '%2$s'}, to: '%3$s'}] }
                B { exports: [{%1$s: '>'}], imports: [{%1$s: {account: A, subject: '%4$s'}, to: '%5$s'}] }
                }
                """
                        .formatted(kind, ofB, inA, ofA, inB);
        if (circle) {
            assertThat(errors(text))
                    .singleElement()
                    .asString()
                    .matches("c:3:\\d+: Error adding .* import \".*\": import forms a cycle");
        } else {
            assertThat(errors(text)).isEmpty();
        }
    }

    /** The naive oracle removes whoever can't be in a circle until nobody is left, or all are. */
    @Test
    void shouldFindACircleWhereTheNaiveWayFindsOne() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int circles = 0;
        for (int round = 0; round < 2_000; round++) {
            int accounts = 2 + random.nextInt(6);
            TreeSet<String> imports = new TreeSet<>();
            for (int i = random.nextInt(2 * accounts); i > 0; i--) {
                imports.add(random.nextInt(accounts) + " " + random.nextInt(accounts));
            }
            String text = graph(accounts, imports);
            boolean found = !errors(text).isEmpty();
            assertThat(found).as("seed %d: %s", seed, text).isEqualTo(hasCircle(imports));
            circles += found ? 1 : 0;
        }
        assertThat(circles).isBetween(200, 1_800);
    }

    private static String graph(int accounts, TreeSet<String> imports) {
        StringBuilder text = new StringBuilder("accounts {\n");
        for (int i = 0; i < accounts; i++) {
            text.append("A%d { exports: [{stream: x}], imports: [".formatted(i));
            for (String each : imports) {
                String[] ends = each.split(" ");
                if (ends[0].equals("" + i)) {
                    text.append("{stream: {account: A%s, subject: x}}\n".formatted(ends[1]));
                }
            }
            text.append("] }\n");
        }
        return text.append("}").toString();
    }

    private static boolean hasCircle(TreeSet<String> imports) {
        List<String> left = new ArrayList<>(imports);
        while (left.removeIf(
                each ->
                        left.stream()
                                .noneMatch(
                                        other ->
                                                other.split(" ")[0].equals(each.split(" ")[1])))) {}
        return !left.isEmpty();
    }
}
