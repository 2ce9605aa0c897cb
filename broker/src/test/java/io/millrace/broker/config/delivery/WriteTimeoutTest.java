package io.millrace.broker.config.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the policies mean for each kind of connection. */
class WriteTimeoutTest {
    @ParameterizedTest
    @CsvSource({
        "DEFAULT, false, true, ''",
        "CLOSE, false, false, close",
        "RETRY, true, true, retry",
    })
    void shouldRetryWhereItIsUsualUnlessSomethingElseWasChosen(
            WriteTimeout policy, boolean clients, boolean routes, String chosen) {
        assertThat(policy.retries(WriteTimeout.CLOSE)).isEqualTo(clients);
        assertThat(policy.retries(WriteTimeout.RETRY)).isEqualTo(routes);
        assertThat(policy.chosen()).isEqualTo(chosen);
    }
}
