package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ConnectParser.MalformedConnectException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** What a client proves itself with appears in no text; CVE-2020-26149, CVE-2026-33216. */
class ConnectSecretsTest {
    private static final String SECRET = "s3cr3t";

    @ParameterizedTest
    @ValueSource(strings = {"user", "pass", "auth_token", "jwt", "nkey", "sig"})
    void shouldShowThatASecretWasSentButNotTheSecret(String field) throws Exception {
        ConnectOptions options = parse("{\"" + field + "\":\"" + SECRET + "\"}");
        assertThat(options.toString())
                .doesNotContain(SECRET)
                .contains("Credentials[" + field + " ]");
        assertThat(options.credentials().toString()).doesNotContain(SECRET);
    }

    @Test
    void shouldShowNoCredentialsWhenThereAreNone() {
        assertThat(ConnectOptions.Credentials.NONE).hasToString("Credentials[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls_key", "password", "ca", "s3cr3t", "proxy_sig"})
    void shouldShowNothingOfUnknownFields(String field) throws Exception {
        ConnectOptions options = parse("{\"" + field + "\":\"" + SECRET + "\"}");
        assertThat(options.toString()).doesNotContain(SECRET).doesNotContain(field + "=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"pass\":\"s3cr3t\"",
                "{\"pass\":s3cr3t}",
                "{\"pass\":[\"s3cr3t\"]}",
                "{\"pass\":\"s3cr3t\",\"verbose\":1}",
                "{\"pass\":\"s3cr3t\\x\"}",
                "{\"pass\":\"s3cr3t\"} s3cr3t",
                "s3cr3t",
                "{s3cr3t",
                "{\"s3cr3t\"",
                "{\"pass\":\"s3cr3t\u0001\"}"
            })
    void shouldQuoteNothingOfAMalformedConnect(String json) {
        MalformedConnectException thrown =
                catchThrowableOfType(MalformedConnectException.class, () -> parse(json));
        assertThat(thrown).hasNoCause().hasMessage("malformed CONNECT");
        assertThat(thrown.getSuppressed()).isEmpty();
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        assertThat(trace.toString()).doesNotContain(SECRET);
    }

    private static ConnectOptions parse(String json) throws MalformedConnectException {
        return ConnectParser.parse(
                json.getBytes(StandardCharsets.UTF_8), ConnectOptions.BEFORE_CONNECT);
    }
}
