package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

class NkeyTest {
    private static final int SERVER_PREFIX = 13 << 3;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    @Test
    void shouldComputeTheCheckValueOfCrc16Xmodem() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(Nkey.crc16(digits, digits.length)).isEqualTo(0x31C3);
        assertThat(Nkey.crc16(digits, 0)).isZero();
    }

    /** Ids of real servers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "NBYPR7UQV5YTIOGJOEN3R6FIQMGTKLRP4H7YE3OUDD7XT6OJSLPY2BNC",
                "NCLLDJE2U5VAEC53DXBF5RJ62OEYSZFT264GIURXZO2FVRI7DT3IBZLN"
            })
    void shouldEncodeTheKeysOfKnownServersAsTheyDo(String id) {
        byte[] raw = decode(id);
        assertThat(raw).hasSize(35);
        assertThat(raw[0]).isEqualTo((byte) SERVER_PREFIX);
        assertThat(crcOf(raw)).isEqualTo(Nkey.crc16(raw, 33));
        assertThat(Nkey.encode(raw[0], Arrays.copyOfRange(raw, 1, 33))).isEqualTo(id);
    }

    @Test
    void shouldMakeServerIdsOfTheRightForm() {
        SecureRandom random = new SecureRandom();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String id = Nkey.newServerId(random);
            assertThat(id).matches("N[A-Z2-7]{55}");
            byte[] raw = decode(id);
            assertThat(raw[0]).isEqualTo((byte) SERVER_PREFIX);
            assertThat(crcOf(raw)).isEqualTo(Nkey.crc16(raw, 33));
            ids.add(id);
        }
        assertThat(ids).hasSize(1000);
    }

    @Test
    void shouldEncodeAKeyOfOnlyOnesAndOnlyZeros() {
        byte[] key = new byte[32];
        assertThat(decode(Nkey.encode(SERVER_PREFIX, key))).containsSequence(key);
        Arrays.fill(key, (byte) 0xFF);
        assertThat(decode(Nkey.encode(SERVER_PREFIX, key))).containsSequence(key);
    }

    /** The first key of RFC 8032, section 7.1, in the text form of nkeys. */
    @Test
    void shouldDecodeThePublicKeyOfAUser() {
        String key = "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL";
        assertThat(Nkey.isPublicUserKey(key)).isTrue();
        assertThat(HexFormat.of().formatHex(Nkey.publicUserKey(key)))
                .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    }

    /** A server's key, a seed, what is cut off or too long, and what a hand got wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "U",
                "NBYPR7UQV5YTIOGJOEN3R6FIQMGTKLRP4H7YE3OUDD7XT6OJSLPY2BNC",
                "SUAACAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAN7EY",
                "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVA",
                "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVALA",
                "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAM",
                "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUV=L",
                "udlvvgabqkyqvn6vjp7nhslea45a5yls6pnkmizfv4bbu2hxa5iruval",
                "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUV\u0130L"
            })
    void shouldNotTakeAnythingElseForThePublicKeyOfAUser(String text) {
        assertThat(Nkey.isPublicUserKey(text)).isFalse();
        assertThatThrownBy(() -> Nkey.publicUserKey(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a user's public nkey");
    }

    @Test
    void shouldTellThePublicKeyOfAnAccountFromThatOfAUser() {
        String key = "ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU";
        assertThat(Nkey.isPublicAccountKey(key)).isTrue();
        assertThat(Nkey.isPublicUserKey(key)).isFalse();
        assertThat(Nkey.isPublicAccountKey(key.replace('D', 'E'))).isFalse();
        assertThat(
                        Nkey.isPublicAccountKey(
                                "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL"))
                .isFalse();
    }

    @Test
    void shouldNoticeEveryCharacterThatIsWrong() {
        String key = "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL";
        for (int i = 0; i < key.length(); i++) {
            for (char c : BASE32.toCharArray()) {
                String other = key.substring(0, i) + c + key.substring(i + 1);
                assertThat(Nkey.isPublicUserKey(other)).isEqualTo(other.equals(key));
            }
        }
    }

    private static int crcOf(byte[] raw) {
        return raw[33] & 0xFF | (raw[34] & 0xFF) << 8;
    }

    /** Base32 as arithmetic: 56 digits of 5 bits are 35 bytes. */
    private static byte[] decode(String text) {
        BigInteger number = BigInteger.ONE; // keeps leading zeros
        for (char c : text.toCharArray()) {
            number = number.shiftLeft(5).or(BigInteger.valueOf(BASE32.indexOf(c)));
        }
        byte[] withOne = number.toByteArray();
        return Arrays.copyOfRange(withOne, 1, withOne.length);
    }
}
