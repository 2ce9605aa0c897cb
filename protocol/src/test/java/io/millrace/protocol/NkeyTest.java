package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
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
