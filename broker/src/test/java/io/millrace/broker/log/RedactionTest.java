package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @ParameterizedTest
    @ValueSource(strings = {"pass", "password", "auth_token", "jwt", "sig", "nkey", "proxy_sig"})
    void shouldRedactEverySecretOfAConnect(String key) {
        assertThat(
                        Redaction.connect(
                                "{\"user\":\"derek\",\"" + key + "\":\"s3cr3t\",\"name\":\"c\"}"))
                .isEqualTo("{\"user\":\"derek\",\"" + key + "\":\"[REDACTED]\",\"name\":\"c\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // what the reference redacts
                "{\"pass\": \"s3cr3t\"}|{\"pass\": \"[REDACTED]\"}",
                "{pass:s3cr3t}|{pass:[REDACTED]}",
                "pass=s3cr3t,x|pass=[REDACTED],x",
                "{\"pass\":\"a\",\"auth_token\":\"b\"}"
                        + "|{\"pass\":\"[REDACTED]\",\"auth_token\":\"[REDACTED]\"}",
                // what it leaves readable in part
                "{\"pass\":\"a,b}c\",\"x\":1}|{\"pass\":\"[REDACTED]\",\"x\":1}",
                "{\"pass\":\"a\\\"b\",\"x\":1}|{\"pass\":\"[REDACTED]\",\"x\":1}",
                "{\"pass\":\"cut o|{\"pass\":\"[REDACTED]",
                // what is no secret
                "{\"verbose\":false,\"design\":\"x\"}|{\"verbose\":false,\"design\":\"x\"}",
                "{\"my_sig\":\"x\",\"name\":\"bypass\"}|{\"my_sig\":\"x\",\"name\":\"bypass\"}",
            })
    void shouldRedactTheWholeValueAndNothingElse(String connect, String redacted) {
        assertThat(Redaction.connect(connect)).isEqualTo(redacted);
    }

    @Test
    void shouldTakeLongHostileTextInItsStride() {
        String keys = "pass".repeat(100_000);
        String value = "{\"jwt\":\"" + "\\\\x".repeat(100_000) + "\"}";

        assertThat(Redaction.connect(keys)).isEqualTo(keys);
        assertThat(Redaction.connect(value)).isEqualTo("{\"jwt\":\"[REDACTED]\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "nats://u:p@host:4222, nats://[REDACTED]@host:4222",
        "nats://token@host, nats://[REDACTED]@host",
        "nats://u:p@ss/w@host:-1/x?y=z, nats://[REDACTED]@host:-1/x?y=z",
        "u:p@host:6222, [REDACTED]@host:6222",
        "nats://host:4222, nats://host:4222",
        "host, host",
    })
    void shouldRedactUserAndPasswordOfAUrl(String url, String redacted) {
        assertThat(Redaction.url(url)).isEqualTo(redacted);
    }

    @Test
    void shouldRedactEveryUrlOfAList() {
        assertThat(Redaction.urls("nats://u:p@a:1,nats://b:2, nats://u:p,w@c:3"))
                .isEqualTo("nats://[REDACTED]@a:1,nats://b:2, nats://[REDACTED]@c:3");
    }
}
