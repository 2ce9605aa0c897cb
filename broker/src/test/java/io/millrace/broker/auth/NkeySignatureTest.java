package io.millrace.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.Nkey;
import io.nats.client.NKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

/**
 * Signatures made by another implementation (OpenSSL's, with the seeds 0x01 … and 0x02 …), and what
 * is left when they are damaged.
 */
class NkeySignatureTest {
    private static final String ONE = "UCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVZ45L";
    private static final String TWO = "UCATS5YOVB6ROX2WUNKGNQ2MP3GMXDMKSG2O4N5CLX3A6W4PZGZZJPJO";
    private static final String NONCE = "PXoWU7zWAMt75FY";
    private static final String SIGNED =
            "q8Dx2AKJlTajuJC_b-6ye6AIFk04svFDpeWdjJzSujTu_my_C3YvMck4V94xxy73AmgkV8nNsnadKq-V9VmmAg";

    /** The order of the group of RFC 8032. */
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static byte[] signed() {
        return Base64.getUrlDecoder().decode(SIGNED);
    }

    private static boolean isValid(byte[] signature) {
        return NkeySignature.isValid(
                ONE, NONCE, Base64.getUrlEncoder().withoutPadding().encodeToString(signature));
    }

    @ParameterizedTest
    @CsvSource({
        ONE + ", PXoWU7zWAMt75FY, " + SIGNED,
        ONE
                + ", nonce, cz5TjDSBtpHH5sPHg5aR0K17SjHK9PTvmVExMImbEovF_0r9n5vtloCcN64YIIRJzEbv9oTfcot1ACjyMWWjCQ",
        ONE
                + ", '', d4zaBjTAIfrosan6ZVuhMjD2_PxcXVGa-why7Jvx1kJBzD7titRycNhtMOdirRdnfG-xeX41vKfrowOIJX4CDw",
        TWO
                + ", PXoWU7zWAMt75FY, KU_pyuUxBEz5e4naIYk1jObhXuOSHPqbBwgYbmO9Rs1V2e2PYWTsoRTh79hbPi3bSL5-ZNvs_4WXofEol4d5AA"
    })
    void shouldTakeWhatTheOwnerOfTheKeySigned(String key, String nonce, String signature) {
        assertThat(NkeySignature.isValid(key, nonce, signature)).isTrue();
        assertThat(NkeySignature.isValid(key, nonce + "x", signature)).isFalse();
        assertThat(NkeySignature.isValid(key.equals(ONE) ? TWO : ONE, nonce, signature)).isFalse();
    }

    /** RFC 8032, section 7.1, test 1: the empty message. */
    @Test
    void shouldTakeTheSignatureOfTheStandard() {
        String signature =
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                        + "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
        assertThat(
                        NkeySignature.isValid(
                                "UDLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRUVAL",
                                "",
                                Base64.getEncoder()
                                        .encodeToString(HexFormat.of().parseHex(signature))))
                .isTrue();
    }

    /** What clients of all ages send. */
    @Test
    void shouldTakeBase64ForUrlsAndTheStandardOneWithPaddingOrWithout() {
        byte[] signature = signed();
        assertThat(SIGNED).contains("_", "-");
        for (Base64.Encoder encoder :
                new Base64.Encoder[] {
                    Base64.getUrlEncoder(),
                    Base64.getUrlEncoder().withoutPadding(),
                    Base64.getEncoder(),
                    Base64.getEncoder().withoutPadding()
                }) {
            assertThat(NkeySignature.isValid(ONE, NONCE, encoder.encodeToString(signature)))
                    .isTrue();
        }
    }

    @Test
    void shouldTakeWhatJavaClientsSign() throws Exception {
        for (int i = 0; i < 20; i++) {
            NKey key = NKey.createUser(null);
            String publicKey = new String(key.getPublicKey());
            byte[] signature = key.sign(NONCE.getBytes(StandardCharsets.US_ASCII));
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
            assertThat(NkeySignature.isValid(publicKey, NONCE, text)).isTrue();
            assertThat(NkeySignature.isValid(ONE, NONCE, text)).isFalse();
        }
    }

    // --- GHSA-g33f and its like

    @Test
    void shouldRefuseSignaturesOfAnyOtherLength() {
        byte[] signature = signed();
        for (int length = 0; length <= 200; length++) {
            assertThat(isValid(Arrays.copyOf(signature, length)))
                    .as("%d bytes", length)
                    .isEqualTo(length == 64);
        }
    }

    @Test
    void shouldRefuseSignaturesWithAnyBitTurned() {
        for (int bit = 0; bit < 64 * 8; bit++) {
            byte[] signature = signed();
            signature[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(isValid(signature)).as("bit %d", bit).isFalse();
        }
    }

    /** The same signature in another guise, which the standard forbids. */
    @Test
    void shouldRefuseSignaturesThatWereMadeAnew() {
        byte[] signature = signed();
        byte[] s = new byte[32];
        for (int i = 0; i < 32; i++) {
            s[i] = signature[63 - i];
        }
        byte[] other = new BigInteger(1, s).add(ORDER).toByteArray();
        assertThat(other).hasSize(32);
        for (int i = 0; i < 32; i++) {
            signature[63 - i] = other[i];
        }
        assertThat(isValid(signature)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "====", "A", "AA", "\u00e9\u0000", "{}", SIGNED + "!"})
    void shouldRefuseWhatIsNoBase64(String signature) {
        assertThat(NkeySignature.isValid(ONE, NONCE, signature)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "U",
                "UCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVZ45",
                "UCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVZ45LL",
                "UCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVZ45M",
                "NBYPR7UQV5YTIOGJOEN3R6FIQMGTKLRP4H7YE3OUDD7XT6OJSLPY2BNC"
            })
    void shouldRefuseKeysThatAreNone(String key) {
        assertThat(NkeySignature.isValid(key, NONCE, SIGNED)).isFalse();
    }

    /** Points that aren't on the curve, or not written as they should be. */
    @Test
    void shouldSurviveKeysAndSignaturesOfAnyBytes() {
        Random random = new Random(5);
        byte[] key = new byte[35];
        byte[] signature = new byte[64];
        for (int i = 0; i < 3000; i++) {
            random.nextBytes(key);
            random.nextBytes(signature);
            if (i % 3 == 0) {
                Arrays.fill(key, (byte) (i % 2 == 0 ? 0xFF : 0));
            }
            if (i % 5 == 0) {
                Arrays.fill(signature, (byte) (i % 2 == 0 ? 0xFF : 0));
                signature[random.nextInt(64)] = (byte) i;
            }
            String publicKey = publicUserKey(key);
            assertThat(Nkey.isPublicUserKey(publicKey)).isTrue();
            // No key is worth anything whose owner one needn't be to sign; it mustn't throw.
            NkeySignature.isValid(
                    publicKey, NONCE, Base64.getUrlEncoder().encodeToString(signature));
        }
    }

    private static String publicUserKey(byte[] raw) {
        raw[0] = (byte) (20 << 3);
        int crc = 0;
        for (int i = 0; i < 33; i++) {
            crc ^= (raw[i] & 0xFF) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
        }
        raw[33] = (byte) crc;
        raw[34] = (byte) (crc >>> 8);
        BigInteger number = new BigInteger(1, raw);
        StringBuilder text = new StringBuilder();
        for (int digit = 55; digit >= 0; digit--) {
            int value = number.shiftRight(5 * digit).intValue() & 31;
            text.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(value));
        }
        return text.toString();
    }
}
