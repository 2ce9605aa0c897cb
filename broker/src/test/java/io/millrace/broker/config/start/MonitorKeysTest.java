package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.monitor.MonitorOptions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class MonitorKeysTest {
    private final OptionsBuilder options = new OptionsBuilder();

    private List<String> errors(String text) {
        return ConfigFile.read(new MemorySource().file("c", text), "c", options).errors();
    }

    @Test
    void shouldReadPortsAndAddresses() {
        assertThat(errors("http_port: 8222")).isEmpty();
        assertThat(options.conclude(1).monitor().httpPort()).isEqualTo(8222);
        assertThat(errors("monitor_port: -1\nhttp_base_path: /nats")).isEmpty();
        assertThat(options.conclude(1).monitor().port()).isEqualTo(-1);
        assertThat(options.conclude(1).monitor().basePath()).isEqualTo("/nats");
        assertThat(options.conclude(1).monitor().host()).isEqualTo("0.0.0.0");
        assertThat(errors("http: \"localhost:8223\"")).isEmpty();
        assertThat(options.conclude(1).monitor().host()).isEqualTo("localhost");
        assertThat(options.conclude(1).monitor().port()).isEqualTo(8223);
        assertThat(errors("max_closed_clients: 5")).isEmpty();
        assertThat(options.conclude(1).monitor().maxClosedClients()).isEqualTo(5);
    }

    @Test
    void shouldReadHttps() {
        assertThat(errors("https: \"[::1]:8443\"")).isEmpty();
        assertThat(options.conclude(1).monitor().isSecure()).isTrue();
        assertThat(options.conclude(1).monitor().host()).isEqualTo("::1");
        assertThat(errors("https_port: 8444")).isEmpty();
        assertThat(options.conclude(1).monitor().port()).isEqualTo(8444);
    }

    @Test
    void shouldReadUserAndPasswordAndShowTheLatterNowhere() {
        assertThat(errors("http_port: 1\nmonitor { username: ops, password: s3cret }")).isEmpty();
        MonitorOptions monitor = options.conclude(1).monitor();
        assertThat(monitor.username()).isEqualTo("ops");
        assertThat(monitor.password().value()).isEqualTo("s3cret");
        assertThat(options.conclude(1).toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http_port: 70000|monitoring port must be 1..65535, or -1 for any free one: 70000",
                "http: 'x'|could not parse address string \"x\"",
                "http_base_path: '/a?b'|http_base_path may hold letters, digits and . _ ~ / - only",
                "monitor: 5|monitor must be a map, but is an integer",
                "monitor { password: 12345 }|monitor.password must be a string, but is an integer",
                "monitor { secret: 12345 }|monitor.secret must be a string, but is an integer",
                "monitor { secret: hush }|unknown field \"monitor.secret\"",
                "monitor { username: ops }|monitor needs both a username and a password",
                "max_closed_clients: -1|max_closed_clients cannot be negative: -1"
            })
    void shouldRefuseOtherValuesAndShowNoSecret(String line, String message) {
        assertThat(errors(line.replace('\'', '"'))).containsExactly("c:1:1: " + message);
    }

    @Test
    void shouldRefuseBothPorts() {
        assertThat(errors("http_port: 1\nhttps_port: 2"))
                .containsExactly("c:2:1: can't specify both HTTP (1) and HTTPs (2) ports");
    }
}
