package io.millrace.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Inet6Address;
import java.net.InetAddress;

class AddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "0:0:0:0:0:0:0:1, ::1",
        "fd00:0:0:0:0:0:0:2, fd00::2",
        "2001:db8:0:1:0:0:0:5, 2001:db8:0:1::5",
        "::ffff:10.0.0.1, 10.0.0.1"
    })
    void shouldWriteAddressesAsGoDoes(String address, String text) throws Exception {
        assertThat(AddressText.of(InetAddress.getByName(address))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "::1", "2001:db8::5", "::ffff:10.0.0.1"})
    void shouldReadAddresses(String text) throws Exception {
        assertThat(AddressText.parsed(text)).isEqualTo(bytes(text));
    }

    private static byte[] bytes(String address) throws Exception {
        InetAddress known = InetAddress.getByName(address);
        byte[] bytes = known.getAddress();
        if (!address.contains(":") || bytes.length == 16) {
            return bytes;
        }
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, mapped, 12, 4);
        return mapped;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0",
                "10.0.0.1:80",
                "10.0.0.1, 10.0.0.2",
                "010.0.0.1",
                "[::1]",
                "::1%",
                "fe80::1%eth0",
                "fe80::1%<b>\u001b[2J",
                "::1]",
                "::g"
            })
    void shouldReadNothingElse(String text) {
        assertThat(AddressText.parsed(text)).isNull();
    }

    /** A global address is the same wherever it was found; one of a link isn't. */
    @Test
    void shouldNameTheZoneOnlyOfAddressesOfALink() throws Exception {
        byte[] global = InetAddress.getByName("fd00::2").getAddress();
        byte[] ofLink = InetAddress.getByName("fe80::2").getAddress();
        assertThat(AddressText.of(Inet6Address.getByAddress(null, global, 7))).isEqualTo("fd00::2");
        assertThat(AddressText.of(Inet6Address.getByAddress(null, ofLink, 7)))
                .isEqualTo("fe80::2%7");
    }
}
