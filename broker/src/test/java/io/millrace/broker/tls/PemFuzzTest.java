package io.millrace.broker.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whatever a file of certificates and keys holds, it is read or refused with a message that quotes
 * nothing of it; nothing else comes out. {@code JAZZER_FUZZ=1} fuzzes; without the variable the
 * seeds run.
 */
class PemFuzzTest {
    @FuzzTest(maxExecutions = 200_000, maxDuration = "5m")
    void shouldReadOrRefuseAnything(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        try {
            List<Pem.Block> blocks = Pem.read(text);
            for (Pem.Block block : blocks) {
                assertThat(block.label()).isNotEmpty();
                assertThat(block.toString()).isEqualTo("Block[" + block.label() + "]");
            }
            Certificates.of(blocks);
            PrivateKeys.of(blocks);
        } catch (TlsFileException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    /** The wrapper for old keys alone, past base 64. */
    @FuzzTest(maxExecutions = 200_000, maxDuration = "5m")
    void shouldWrapOrRefuseAnyKey(byte[] input) {
        for (String label : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")) {
            try {
                assertThat(PrivateKeys.of(List.of(new Pem.Block(label, false, input)))).isNotNull();
            } catch (TlsFileException e) {
                assertThat(e.getMessage()).startsWith("the key ");
            }
        }
    }
}
