package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The INFO line to the byte; field order is the reference's. */
class ServerInfoTest {
    private static final ServerInfo INFO =
            new ServerInfo(
                    "NID", "one", "2.15.0", "0.1.0", "java25", "0.0.0.0", 4222, 1048576, true,
                    false, false, false, false, "", List.of(), false);

    @Test
    void shouldWriteTheFirstLine() {
        assertThat(line(INFO, ""))
                .isEqualTo(
                        """
                        INFO {"server_id":"NID","server_name":"one","version":"2.15.0","proto":1,\
                        "go":"java25","host":"0.0.0.0","port":4222,"headers":true,\
                        "max_payload":1048576,"client_id":7,"client_ip":"127.0.0.1",\
                        "api_lvl":5,"millrace":"0.1.0"} \r
                        """);
    }

    @Test
    void shouldWriteTheLineOfAClientThatBelongsToAnAccount() {
        assertThat(line(INFO, "$G"))
                .endsWith(
                        """
                        "client_id":7,"client_ip":"127.0.0.1","connect_info":true,\
                        "remote_account":"$G","api_lvl":5,"millrace":"0.1.0"} \r
                        """);
    }

    @Test
    void shouldTellAClientThatItIsInTheSystemAccount() {
        byte[] line = INFO.line(7, "", "$SYS", "", true);
        assertThat(new String(line, StandardCharsets.UTF_8))
                .contains("\"remote_account\":\"$SYS\",\"acc_is_sys\":true,\"api_lvl\"");
        assertThat(line(INFO, "")).doesNotContain("acc_is_sys");
    }

    @Test
    void shouldSayThatItHasJetStreamAndOfWhichDomain() {
        ServerInfo stores =
                new ServerInfo(
                        "NID", "one", "2.15.0", "0.1.0", "java25", "0.0.0.0", 4222, 1048576, true,
                        false, false, false, false, "", List.of(), false, true, "hub");
        for (ServerInfo each : List.of(stores, stores.withMaxPayload(1048576))) {
            assertThat(line(each, ""))
                    .endsWith(
                            """
                            "max_payload":1048576,"jetstream":true,"client_id":7,\
                            "client_ip":"127.0.0.1","domain":"hub","api_lvl":5,\
                            "millrace":"0.1.0"} \r
                            """);
        }
        assertThat(line(stores.inProcess(), "")).contains("\"jetstream\":true");
        assertThat(line(stores.inLameDuckMode(), "")).contains("\"domain\":\"hub\"");
        assertThat(line(stores.overWebSocket("h", 1, false, false, false, List.of()), ""))
                .contains("\"jetstream\":true", "\"domain\":\"hub\"");
    }

    @Test
    void shouldSayWhatAClientHasToProve() {
        ServerInfo strict =
                new ServerInfo(
                        "NID",
                        "one",
                        "2.15.0",
                        "0.1.0",
                        "java25",
                        "h",
                        1,
                        2,
                        false,
                        true,
                        true,
                        true,
                        true,
                        "",
                        List.of("a:1", "[::1]:2"),
                        false);
        assertThat(line(strict, ""))
                .isEqualTo(
                        """
                        INFO {"server_id":"NID","server_name":"one","version":"2.15.0","proto":1,\
                        "go":"java25","host":"h","port":1,"headers":false,"auth_required":true,\
                        "tls_required":true,"tls_verify":true,"tls_available":true,\
                        "max_payload":2,"client_id":7,\
                        "client_ip":"127.0.0.1","connect_urls":["a:1","[::1]:2"],\
                        "api_lvl":5,"millrace":"0.1.0"} \r
                        """);
    }

    @Test
    void shouldSayThatItIsAboutToLeave() {
        assertThat(line(INFO.inLameDuckMode(), ""))
                .isEqualTo(line(INFO, "").replace("\"api_lvl\"", "\"ldm\":true,\"api_lvl\""));
        assertThat(INFO.inLameDuckMode().inLameDuckMode()).isEqualTo(INFO.inLameDuckMode());
    }

    @Test
    void shouldTellWhoCameOverTlsThatItIsRequired() {
        assertThat(line(INFO.overTls(), ""))
                .isEqualTo(
                        line(INFO, "")
                                .replace(
                                        "\"max_payload\"",
                                        "\"tls_required\":true,\"max_payload\""));
    }

    @Test
    void shouldStayOneLineWhateverItsNames() {
        ServerInfo odd =
                new ServerInfo(
                        "NID",
                        "a\r\nb\"\\\u00E4\u4E16",
                        "v",
                        "m",
                        "r",
                        "h",
                        1,
                        2,
                        true,
                        false,
                        false,
                        false,
                        false,
                        "",
                        List.of(),
                        false);
        String line = line(odd, "");
        assertThat(line).contains("\"server_name\":\"a\\r\\nb\\\"\\\\\u00E4\u4E16\"");
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    }

    @Test
    void shouldWriteTheLargestClientId() {
        assertThat(new String(INFO.line(Long.MAX_VALUE, "::1", "", ""), StandardCharsets.UTF_8))
                .contains("\"client_id\":9223372036854775807,\"client_ip\":\"::1\"");
    }

    private static String line(ServerInfo info, String account) {
        return new String(info.line(7, "127.0.0.1", account, ""), StandardCharsets.UTF_8);
    }
}
