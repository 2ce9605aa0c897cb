package io.millrace.broker.jetstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What may be said in metadata that begins with {@code millrace.}. */
class ConsumerExtrasTest {
    private static final StreamConfig STREAM =
            new StreamDraft().name("S").subjects(List.of("orders.>")).config();

    private static ConsumerDraft draft(String key, String value) {
        return new ConsumerDraft()
                .ackPolicy(AckPolicy.EXPLICIT)
                .maxAckPending(10)
                .metadata(new TreeMap<>(Map.of("millrace." + key, value, "other", "x")));
    }

    private static String wrong(ConsumerDraft draft) {
        ApiError wrong = ConsumerExtras.find(draft.config(), STREAM);
        return wrong == null ? "" : wrong.errCode() + " " + wrong.description();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dead_letter | dlq.orders |",
                "dead_letter | dlq.> | needs a valid subject without wildcards",
                "dead_letter | dlq..x | needs a valid subject without wildcards",
                "dead_letter | $JS.API.INFO | can not be a subject of the server's own",
                "dead_letter | orders.dead | forms a cycle",
                "ordered_by | subject |",
                "ordered_by | token(2) |",
                "ordered_by | token(32) |",
                "ordered_by | token(33) | needs to be subject, or token(n) with n from 1 to 32",
                "ordered_by | token(0) | needs to be subject, or token(n) with n from 1 to 32",
                "ordered_by | key | needs to be subject, or token(n) with n from 1 to 32",
            })
    void shouldSayWhatIsWrong(String key, String value, String wrong) {
        assertThat(wrong(draft(key, value)))
                .isEqualTo(wrong == null ? "" : "10094 millrace." + key + ' ' + wrong);
    }

    @Test
    void shouldNotPassOverAKeyThatIsMistyped() {
        assertThat(wrong(draft("deadletter", "dlq")))
                .isEqualTo("10094 unknown metadata millrace.deadletter");
    }

    @Test
    void shouldTakeADeadLetterOfTheStreamThatTheConsumerDoesNotGet() {
        assertThat(wrong(draft("dead_letter", "orders.dead").filterSubject("orders.new")))
                .isEmpty();
        assertThat(wrong(draft("dead_letter", "orders.dead").filterSubject("orders.*")))
                .contains("cycle");
    }

    @Test
    void shouldNeedWhatOrderNeeds() {
        assertThat(wrong(draft("dead_letter", "dlq").ackPolicy(AckPolicy.ALL)))
                .contains("dead_letter requires explicit ack");
        assertThat(wrong(draft("ordered_by", "subject").ackPolicy(AckPolicy.ALL)))
                .contains("requires explicit ack");
        assertThat(wrong(draft("ordered_by", "subject").deliverSubject("d")))
                .contains("requires a pull based consumer");
        assertThat(wrong(draft("ordered_by", "subject").maxAckPending(-1)))
                .contains("requires max ack pending");
        assertThat(wrong(draft("ordered_by", "subject").priorityPolicy(PriorityPolicy.OVERFLOW)))
                .contains("priority groups");
        assertThat(wrong(draft("ordered_by", "subject").replayPolicy(ReplayPolicy.ORIGINAL)))
                .contains("requires instant replay");
    }

    @Test
    void shouldKeepTheOrderThatAConsumerHas() {
        ConsumerConfig ordered = draft("ordered_by", "subject").config();
        ConsumerConfig other = draft("dead_letter", "dlq").config();
        assertThat(ConsumerUpdateCheck.find(ordered, other, _ -> false))
                .hasFieldOrPropertyWithValue(
                        "description", "millrace.ordered_by can not be updated");
        assertThat(ConsumerUpdateCheck.find(ordered, ordered, _ -> false)).isNull();
        ConsumerConfig filtered = ordered.draft().filterSubject("orders.new").config();
        assertThat(ConsumerUpdateCheck.find(ordered, filtered, _ -> false))
                .hasFieldOrPropertyWithValue(
                        "description", "millrace.ordered_by does not let filters be updated");
    }
}
