package io.millrace.broker.transport.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.connection.AddressText;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Whatever address a proxy names, in either version, is the one that is read. */
class HeaderReaderPropertyTest {
    private static final int HEADERS = 20_000;

    @Test
    void shouldReadTheAddressThatWasWritten() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < HEADERS; i++) {
            byte[] ip = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(ip);
            if (random.nextInt(4) == 0) {
                // Zeros make IPv6 addresses short.
                Arrays.fill(ip, 1, ip.length - 1, (byte) 0);
            }
            int port = random.nextInt(65_536);
            byte[] tail = new byte[random.nextInt(50)];
            random.nextBytes(tail);
            byte[] header = random.nextBoolean() ? text(ip, port) : binary(ip, port, random);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(header);
            all.writeBytes(tail);
            String expected =
                    "COMPLETE " + AddressText.of(InetAddress.getByAddress(ip)) + ":" + port;
            // A zone isn't part of what a proxy says.
            expected = expected.replaceFirst("%\\w+", "");
            assertThat(ReadHeader.of(all.toByteArray(), 1 + random.nextInt(80)))
                    .as("seed " + seed)
                    .isEqualTo(
                            new ReadHeader(
                                    expected, new String(tail, StandardCharsets.ISO_8859_1)));
        }
    }

    /** Without any means to make IPv6 addresses shorter. */
    private static byte[] text(byte[] ip, int port) {
        StringBuilder address = new StringBuilder();
        for (int i = 0; i < ip.length; i += ip.length / 4 == 1 ? 1 : 2) {
            address.append(i == 0 ? "" : ip.length == 4 ? "." : ":");
            address.append(
                    ip.length == 4
                            ? Integer.toString(ip[i] & 0xFF)
                            : Integer.toHexString((ip[i] & 0xFF) << 8 | ip[i + 1] & 0xFF));
        }
        String family = ip.length == 4 ? "TCP4 " : "TCP6 ";
        String other = ip.length == 4 ? " 127.0.0.1 " : " ::1 ";
        return ("PROXY " + family + address + other + port + " 4222\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] binary(byte[] ip, int port, Random random) {
        byte[] tlvs = new byte[random.nextInt(3) * random.nextInt(400)];
        random.nextBytes(tlvs);
        int length = 2 * ip.length + 4 + tlvs.length;
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII));
        header.write(0x21);
        header.write(ip.length == 4 ? 0x11 : 0x21);
        header.write(length >> 8);
        header.write(length);
        header.writeBytes(ip);
        header.writeBytes(new byte[ip.length]);
        header.write(port >> 8);
        header.write(port);
        header.write(0);
        header.write(0);
        header.writeBytes(tlvs);
        return header.toByteArray();
    }
}
