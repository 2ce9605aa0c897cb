package io.millrace.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;

class ListenUrlsTest {
    @Test
    void shouldNameTheAddressThatTheListenerIsBoundTo() throws IOException {
        assertThat(ListenUrls.of("nats", new InetSocketAddress("127.0.0.1", 4222)))
                .containsExactly("nats://127.0.0.1:4222");
        assertThat(ListenUrls.of("tls", new InetSocketAddress("::1", 4222)))
                .containsExactly("tls://[::1]:4222");
    }

    @Test
    void shouldListEveryAddressOfThisMachineForAWildcard() throws IOException {
        assertThat(ListenUrls.of("nats", new InetSocketAddress("0.0.0.0", 4222)))
                .contains("nats://127.0.0.1:4222")
                .doesNotContain("nats://0.0.0.0:4222")
                .allMatch(url -> url.matches("nats://([0-9.]+|\\[[0-9a-f:.]+]):4222"));
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "fe80:0:0:0:1:0:0:1, fe80::1:0:0:1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:0:0:0:0:0, 1::",
    })
    void shouldWriteIpv6AddressesAsRfc5952Does(String address, String compressed)
            throws IOException {
        assertThat(ListenUrls.compressed(InetAddress.getByName(address).getAddress()))
                .isEqualTo(compressed);
    }

    @Test
    void shouldWriteIpv6AddressesThatReadAsThemselves() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            byte[] address = new byte[16];
            for (int i = 0; i < address.length; i++) {
                address[i] = random.nextInt(3) == 0 ? (byte) random.nextInt() : 0;
            }
            address[0] = 0x20;

            assertThat(InetAddress.getByName(ListenUrls.compressed(address)).getAddress())
                    .as("seed %d", seed)
                    .isEqualTo(address);
        }
    }
}
