package io.millrace.broker.config.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.broker.config.Secret;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    nats://localhost:6333                    | localhost   | 6333 | ''    | ''   | nats-route://localhost:6333
                    nats-route://127.0.0.1:4246              | 127.0.0.1   | 4246 | ''    | ''   | nats-route://127.0.0.1:4246
                    tls://a.b-c.d:1                          | a.b-c.d     | 1    | ''    | ''   | nats-route://a.b-c.d:1
                    nats://host                              | host        | 6222 | ''    | ''   | nats-route://host:6222
                    nats://host:                             | host        | 6222 | ''    | ''   | nats-route://host:6222
                    nats://host:65535/path?x#y               | host        | 65535 | ''   | ''   | nats-route://host:65535
                    nats-route://ruser:T0pS3cr3t@nats-main:6222 | nats-main | 6222 | ruser | T0pS3cr3t | nats-route://ruser:xxxxx@nats-main:6222
                    nats://u:@h:1                            | h           | 1    | u     | ''   | nats-route://u@h:1
                    nats://u@h:1                             | h           | 1    | u     | ''   | nats-route://u@h:1
                    nats://u%40x:p%2Fq+r@h:1                 | h           | 1    | u@x   | p/q+r | nats-route://u@x:xxxxx@h:1
                    nats://u:a:b@c@h:1                       | h           | 1    | u     | a:b@c | nats-route://u:xxxxx@h:1
                    nats://[::1]:7000                        | ::1         | 7000 | ''    | ''   | nats-route://[::1]:7000
                    nats://u:p@[fe80::1%25eth0]              | fe80::1%eth0 | 6222 | u    | p    | nats-route://u:xxxxx@[fe80::1%eth0]:6222
                    '  nats://h:1  '                         | h           | 1    | ''    | ''   | nats-route://h:1
                    """)
    void shouldReadUrls(
            String text, String host, int port, String user, String password, String shown) {
        RouteUrl url = RouteUrl.parse(text);
        assertThat(url).isEqualTo(new RouteUrl(host, port, user, new Secret(password)));
        assertThat(url).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ::bad url              | ::bad url
                    127.0.0.1:6222         | 127.0.0.1:6222
                    localhost:6222         | localhost:6222
                    nats:// localhost:6222 | nats:// localhost:6222
                    nats://                | nats://
                    nats://:6222           | nats://:6222
                    nats://h:0             | nats://h:0
                    nats://h:65536         | nats://h:65536
                    nats://h:-1            | nats://h:-1
                    nats://h:x             | nats://h:x
                    nats://a b:1           | nats://a b:1
                    nats://[::1:1          | nats://[::1:1
                    nats://::1:1           | nats://::1:1
                    nats://u:s3cr3t%zz@h:1 | nats://xxxxx@h:1
                    nats://u:s3/cr3t@h:1   | nats://xxxxx@h:1
                    u:s3cr3t@h:1           | xxxxx@h:1
                    ``                     |
                    """)
    void shouldRefuseWhatIsNoUrlWithoutShowingSecrets(String text, String shown) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RouteUrl.parse(text))
                .withMessage("error parsing route url [\"" + (shown == null ? "" : shown) + "\"]");
    }

    @Test
    void shouldTellTheAddressWithoutTheUser() {
        assertThat(RouteUrl.parse("nats://u:p@h:1").address()).isEqualTo("h:1");
        assertThat(RouteUrl.parse("nats://u:p@[::1]:1").address()).isEqualTo("[::1]:1");
    }
}
