package io.millrace.broker.transport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each header is read whole, and cut at every byte; what follows it is left alone. */
class HeaderReaderTest {
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final String IPV4 = "\11\10\7\6\1\1\1\1\4\322\20\176";

    /** A header of version 2. */
    private static String binary(int command, int family, String rest) {
        return SIGNATURE
                + (char) command
                + (char) family
                + (char) (rest.length() >> 8)
                + (char) (rest.length() & 0xFF)
                + rest;
    }

    private static void shouldGive(String header, String expected) {
        ReadHeader whole = ReadHeader.of(header + "PING\r\n", Integer.MAX_VALUE);
        assertThat(whole).isEqualTo(new ReadHeader(expected, "PING\r\n"));
        for (int piece = 1; piece < 120; piece++) {
            assertThat(ReadHeader.of(header + "PING\r\n", piece)).isEqualTo(whole);
        }
    }

    private static void shouldRefuse(String header, String problem) {
        for (int piece = 1; piece <= header.length(); piece++) {
            assertThat(ReadHeader.of(header, piece).said()).isEqualTo("INVALID " + problem);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    TCP4 9.8.7.6 1.1.1.1 1234 4222          | 9.8.7.6:1234
                    TCP4 255.255.255.255 0.0.0.0 65535 0    | 255.255.255.255:65535
                    TCP4 1.1.1.1 1.1.1.1 0 0                | 1.1.1.1:0
                    TCP4 1.1.1.1 1.1.1.1 00080 1            | 1.1.1.1:80
                    TCP4   1.1.1.1  1.1.1.1   5 6           | 1.1.1.1:5
                    TCP6 2001:db8::1 ::1 1234 4222          | 2001:db8::1:1234
                    TCP6 ::ffff:1.2.3.4 ::1 1 2             | 1.2.3.4:1
                    UNKNOWN                                 | itself
                    UNKNOWN ff::1 whatever 1 2 3 4          | itself
                    """)
    void shouldReadLines(String line, String expected) {
        shouldGive("PROXY " + line + "\r\n", "COMPLETE " + expected);
    }

    @Test
    void shouldReadTheLongestLine() {
        shouldGive("PROXY UNKNOWN " + "x".repeat(91) + "\r\n", "COMPLETE itself");
        shouldRefuse(
                "PROXY UNKNOWN " + "x".repeat(92) + "\r\n",
                "invalid PROXY protocol header: v1 line too long");
        shouldRefuse(
                "PROXY TCP4 1.1.1.1 1.1.1.1 1 2\n" + "x".repeat(100),
                "invalid PROXY protocol header: v1 line too long");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    TCP4 ::1 ::1 1 2                        | TCP4 with IPv6 address
                    TCP4 1.1.1.1 ::1 1 2                    | TCP4 with IPv6 address
                    TCP6 1.1.1.1 1.1.1.1 1 2                | TCP6 with IPv4 address
                    TCP6 ::1 1.1.1.1 1 2                    | TCP6 with IPv4 address
                    TCP4 300.1.1.1 1.1.1.1 1 2              | invalid address
                    TCP4 01.1.1.1 1.1.1.1 1 2               | invalid address
                    TCP4 1.1.1 1.1.1.1 1 2                  | invalid address
                    TCP4 localhost 1.1.1.1 1 2              | invalid address
                    TCP6 fe80::1%eth0 ::1 1 2               | invalid address
                    TCP6 [::1] ::1 1 2                      | invalid address
                    TCP6 ::1 1:2 1 2                        | invalid address
                    UDP4 1.1.1.1 1.1.1.1 1 2                | invalid protocol
                    tcp4 1.1.1.1 1.1.1.1 1 2                | invalid protocol
                    TCP4 1.1.1.1                            | invalid v1 format
                    TCP4 1.1.1.1 1.1.1.1 1 2 3              | invalid v1 format
                    ''                                      | invalid v1 format
                    """)
    void shouldRefuseLinesThatMakeNoSense(String line, String problem) {
        shouldRefuse("PROXY " + line + "\r\n", "invalid PROXY protocol header: " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "99999999999999999999", "+9", "-1", "x", "0x1"})
    void shouldRefusePortsThatAreNone(String port) {
        shouldRefuse("PROXY TCP4 1.1.1.1 1.1.1.1 " + port + " 2\r\n", "invalid source port");
        shouldRefuse("PROXY TCP4 1.1.1.1 1.1.1.1 2 " + port + "\r\n", "invalid dest port");
    }

    @Test
    void shouldReadBinaryHeaders() {
        String ipv6 = " \1\15\270\0\0\0\0\0\0\0\0\0\0\0\2";
        String mapped = "\0\0\0\0\0\0\0\0\0\0\377\377\1\2\3\4";
        shouldGive(binary(0x21, 0x11, IPV4), "COMPLETE 9.8.7.6:1234");
        shouldGive(binary(0x21, 0x21, ipv6 + ipv6 + "\0\5\0\6"), "COMPLETE 2001:db8::2:5");
        shouldGive(binary(0x21, 0x21, mapped + mapped + "\0\5\0\6"), "COMPLETE 1.2.3.4:5");
    }

    @Test
    void shouldSkipWhatFollowsTheAddresses() {
        shouldGive(binary(0x21, 0x11, IPV4 + "\4\0\3abc"), "COMPLETE 9.8.7.6:1234");
        shouldGive(binary(0x21, 0x11, IPV4 + "\4\377\377"), "COMPLETE 9.8.7.6:1234");
        shouldGive(binary(0x21, 0x11, IPV4 + "x".repeat(65_523)), "COMPLETE 9.8.7.6:1234");
    }

    @Test
    void shouldTakeTheProxyItselfWhereItSpeaksForNobody() {
        shouldGive(binary(0x20, 0x00, ""), "COMPLETE itself");
        shouldGive(binary(0x20, 0x11, "abcdefgh"), "COMPLETE itself");
        shouldGive(binary(0x20, 0xFF, "x".repeat(65_535)), "COMPLETE itself");
        shouldGive(binary(0x21, 0x01, ""), "COMPLETE itself");
        shouldGive(binary(0x21, 0x01, "xyz"), "COMPLETE itself");
    }

    @Test
    void shouldRefuseBinaryHeadersThatMakeNoSense() {
        String invalid = "invalid PROXY protocol header: ";
        String unsupported = "unsupported PROXY protocol feature: ";
        shouldRefuse("\r\n\r\n\0\rXXXXXX", invalid + "invalid signature");
        shouldRefuse(binary(0x11, 0x11, IPV4), invalid + "invalid version 0x10");
        shouldRefuse(binary(0x22, 0x11, IPV4), "unknown PROXY protocol command: 0x02");
        shouldRefuse(binary(0x21, 0x12, IPV4), unsupported + "only STREAM protocol supported");
        shouldRefuse(binary(0x21, 0x00, ""), unsupported + "only STREAM protocol supported");
        shouldRefuse(binary(0x21, 0x31, IPV4), unsupported + "unsupported address family 0x30");
        shouldRefuse(binary(0x21, 0x41, IPV4), unsupported + "unsupported address family 0x40");
        shouldRefuse(binary(0x21, 0x11, "12345"), "IPv4 address data too short: 5 bytes");
        shouldRefuse(binary(0x21, 0x21, IPV4), "IPv6 address data too short: 12 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT {}\r\n",
                "PING\r\n",
                "PUB a 0\r\n",
                "PROXX TCP4\r\n",
                "proxy TCP4\r\n",
                "\r\nPING\r\n",
                "\r\n\r\n\r\n\r\n",
                "\26\3\1",
                "x"
            })
    void shouldLeaveAloneWhatIsNoHeader(String text) {
        for (int piece = 1; piece <= text.length(); piece++) {
            assertThat(ReadHeader.of(text, piece)).isEqualTo(new ReadHeader("ABSENT itself", text));
        }
    }

    @Test
    void shouldWaitForTheRest() {
        for (String header :
                new String[] {"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n", binary(0x21, 0x11, IPV4)}) {
            for (int length = 0; length < header.length(); length++) {
                assertThat(ReadHeader.of(header.substring(0, length), 1).said()).isEqualTo("MORE");
            }
        }
    }
}
