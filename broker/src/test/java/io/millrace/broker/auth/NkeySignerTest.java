package io.millrace.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class NkeySignerTest {
    private static final String SEED = "SUAP5MQDEEVSNYBYXTHRLISFH3PC6UXBT2AF75HQTXXAOXIVC44DHD2DQA";

    @Test
    void shouldSignSoThatTheOwnersPublicKeyHolds() {
        String key = NkeySigner.publicKey(SEED);
        String signature = NkeySigner.sign(SEED, "n0nce");
        assertThat(NkeySignature.isValid(key, "n0nce", signature)).isTrue();
        assertThat(NkeySignature.isValid(key, "other", signature)).isFalse();
    }

    @Test
    void shouldNotShowWhatIsNoSeed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NkeySigner.sign("S3CR3T", "n"))
                .withMessageNotContaining("S3CR3T");
    }
}
