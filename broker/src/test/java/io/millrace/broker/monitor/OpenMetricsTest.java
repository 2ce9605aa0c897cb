package io.millrace.broker.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What judges our metrics takes nothing else than it should. */
class OpenMetricsTest {
    private static String lines(String lines) {
        return lines.replace('|', '\n') + "\n# EOF\n";
    }

    @Test
    void shouldReadWhatIsRight() {
        OpenMetrics read =
                OpenMetrics.parse(
                        lines(
                                "# TYPE a counter|# HELP a x|a_total{b=\"\\\\n \\\" \\n,}\"} 1|"
                                        + "# TYPE h_seconds histogram|# UNIT h_seconds seconds|"
                                        + "h_seconds_bucket{le=\"0.5\"} 1|"
                                        + "h_seconds_bucket{le=\"+Inf\"} 2|"
                                        + "h_seconds_count 2|h_seconds_sum 1.5"));
        assertThat(read.types()).containsEntry("a", "counter").hasSize(2);
        assertThat(read.samples("a_total").getFirst().labels()).containsEntry("b", "\\n \" \n,}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "# TYPE a counter|a 1; not of the family",
                "# TYPE a gauge|a{b=\"\\x\"} 1; no label",
                "# TYPE a gauge|a{b=\"1\",} 1; a comma too many",
                "# TYPE a gauge|a 1|a 2; the same series twice",
                "# TYPE a gauge|a 1|# TYPE b gauge|b 1|# HELP a x; a family stands in two places",
                "# TYPE a gauge|a 1|# HELP a x; metadata behind samples",
                "# TYPE a gauge|a one; no number",
                "# TYPE a counter|a_total -1; counts -1.0",
                "# TYPE a gauge|# UNIT a seconds|a 1; the unit isn't in the name",
                "# TYPE h histogram|h_bucket{le=\"1.0\"} 1|h_count 1|h_sum 1; has no +Inf",
                "# TYPE h histogram|h_bucket{le=\"+Inf\"} 1|h_count 2|h_sum 1; counts otherwise",
                "# TYPE h histogram|h_bucket{le=\"1\"} 1|h_count 1|h_sum 1; le 1",
            })
    void shouldTakeNothingThatIsWrong(String text, String problem) {
        assertThatThrownBy(() -> OpenMetrics.parse(lines(text)))
                .hasMessageContaining(problem.strip());
    }
}
