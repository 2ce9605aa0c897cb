package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.protocol.ConnectParser.MalformedConnectException;

/**
 * A CONNECT is read or refused, whatever it says; nothing else comes out, and no secret.
 *
 * <p>{@code JAZZER_FUZZ=1 mvn verify -pl protocol -Dtest=ConnectParserFuzzTest} fuzzes; without the
 * variable the seeds run.
 */
class ConnectParserFuzzTest {
    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldReadOrRefuseAnything(byte[] json) {
        ConnectOptions options;
        try {
            options = ConnectParser.parse(json, ConnectOptions.BEFORE_CONNECT);
        } catch (MalformedConnectException e) {
            assertThat(e).hasMessage("malformed CONNECT").hasNoCause();
            return;
        }
        assertThat(options.credentials().toString())
                .matches("Credentials\\[(user )?(pass )?(auth_token )?(jwt )?(nkey )?(sig )?]");
        assertThat(again(json, options)).as("said twice").isEqualTo(options);
    }

    private static ConnectOptions again(byte[] json, ConnectOptions before) {
        try {
            return ConnectParser.parse(json, before);
        } catch (MalformedConnectException e) {
            throw new AssertionError("refused the second time", e);
        }
    }
}
