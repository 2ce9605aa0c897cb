package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.millrace.protocol.ConnectParser.MalformedConnectException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

/** The CONNECT of a route, read and written to the byte; field order is the reference's. */
class RouteConnectTest {
    @Test
    void shouldWriteWhatTheReferenceWrites() throws Exception {
        RouteConnect connect = parse(RouteTranscripts.CONNECT);
        assertThat(line(connect)).isEqualTo("CONNECT " + RouteTranscripts.CONNECT + "\r\n");
        assertThat(connect)
                .isEqualTo(RouteConnect.of(connect.name(), "C1", false, false, true, "", ""));
    }

    @Test
    void shouldWriteEveryField() throws Exception {
        RouteConnect connect = RouteConnect.of("NID", "C<1>", true, true, true, "ru", "s3cr3t");
        String json =
                """
                {"echo":true,"verbose":false,"pedantic":false,"user":"ru","pass":"s3cr3t",\
                "tls_required":true,"headers":true,"name":"NID","cluster":"C\\u003c1\\u003e",\
                "cluster_dynamic":true,"lnoc":true,"ln":true}""";
        assertThat(line(connect)).isEqualTo("CONNECT " + json + "\r\n");
        assertThat(parse(json)).isEqualTo(connect);
    }

    @Test
    void shouldReadWhatOnlyOthersThanServersSay() throws Exception {
        RouteConnect connect =
                parse(
                        """
                        {"lang":"java","gateway":"GW","account":"A","new_account":true,\
                        "Verbose":true,"PEDANTIC":true,"unknown":[{}],"name":null}""");
        assertThat(connect.lang()).isEqualTo("java");
        assertThat(connect.gateway()).isEqualTo("GW");
        assertThat(connect.account()).isEqualTo("A");
        assertThat(connect.newAccount()).isTrue();
        assertThat(connect.verbose()).isTrue();
        assertThat(connect.pedantic()).isTrue();
        assertThat(connect.name()).isEmpty();
    }

    @Test
    void shouldTakeNothingForGranted() throws Exception {
        assertThat(parse("{}"))
                .isEqualTo(
                        new RouteConnect(
                                false, false, false, "", "", false, false, "", "", false, "", "",
                                "", false));
    }

    @Test
    void shouldShowNoSecret() {
        assertThat(RouteConnect.of("NID", "C1", false, false, true, "t0ken", "s3cr3t"))
                .hasToString("RouteConnect[name=NID, cluster=C1, user, pass]");
        assertThat(RouteConnect.of("NID", "C1", false, false, true, "", ""))
                .hasToString("RouteConnect[name=NID, cluster=C1]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"pass\":\"s3cr3t\"",
                "{\"pass\":[\"s3cr3t\"]}",
                "{\"pass\":\"s3cr3t\",\"verbose\":1}",
                "{\"pass\":\"s3cr3t\"} s3cr3t"
            })
    void shouldRefuseWhatIsNoConnectAndQuoteNothingOfIt(String json) {
        assertThatExceptionOfType(MalformedConnectException.class)
                .isThrownBy(() -> parse(json))
                .withMessage("malformed CONNECT")
                .withNoCause();
    }

    private static RouteConnect parse(String json) throws MalformedConnectException {
        return RouteConnect.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(RouteConnect connect) {
        return new String(connect.line(), StandardCharsets.UTF_8);
    }
}
