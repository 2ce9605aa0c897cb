package io.millrace.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

/** The vectors are those of OpenBSD's library and of Go's, and what Go's says to them. */
@Timeout(60)
class PasswordHashTest {
    private static final String OF_PASSWORD =
            "abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu";
    private static final String BYTES_72 =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final String OF_72_BYTES =
            "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";

    @ParameterizedTest
    @ValueSource(strings = {"$2a$", "$2b$", "$2x$", "$2y$"})
    void shouldTakeEachPrefixForABcryptHash(String prefix) {
        String hash = prefix + "05$" + OF_PASSWORD;

        assertThat(PasswordHash.isHashed(hash)).isTrue();
        assertThat(PasswordHash.problem(hash)).isEmpty();
        assertThat(PasswordHash.matches(hash, "password")).isTrue();
        assertThat(PasswordHash.matches(hash, "Password")).isFalse();
        assertThat(PasswordHash.matches(hash, "")).isFalse();
        assertThat(PasswordHash.matches(hash, hash)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW U*U",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK U*U*",
                "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a U*U*U",
                "$2x$05$abcdefghijklmnopqrstuutwwS4qzPa/2j/VzPFdkjJyK8XSo3uQy 'über €🔑'",
                "$2y$05$abcdefghijklmnopqrstuu0oImNDIy4flhldV9YqunRgBAePKmw7m ''",
                "$2a$11$1oJy/wZYNTxr9jNwMNwS3eUGhBpHT3On8CL9o7ey89mpgo88VG6ba password",
                "$2a$11$3kIDaCxw.Glsl1.u5nKa6eUnNDLV5HV9tIuUp7EHhMt6Nm9myW1aS"
                        + " '#IclkRPHUpsTmACWzmIGXr'",
            })
    void shouldVerifyTheHashesOfOthers(String hash, String password) {
        assertThat(PasswordHash.matches(hash, password)).isTrue();
        assertThat(PasswordHash.matches(hash, password + "x")).isFalse();
    }

    @Test
    void shouldLookAtTheFirst72BytesOfAPassword() {
        assertThat(PasswordHash.matches(OF_72_BYTES, BYTES_72)).isTrue();
        assertThat(PasswordHash.matches(OF_72_BYTES, BYTES_72 + "chars after 72")).isTrue();
        assertThat(PasswordHash.matches(OF_72_BYTES, BYTES_72.substring(0, 71))).isFalse();
    }

    @Test
    void shouldTakeAZeroForTheEndAfterWhichThePasswordRepeats() {
        String hash = "$2b$05$" + OF_PASSWORD;

        assertThat(PasswordHash.matches(hash, "password\0password")).isTrue();
        assertThat(PasswordHash.matches(hash, "password\0")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\n", "$2a$05$"})
    void shouldIgnoreWhatFollowsAHash(String rest) {
        assertThat(PasswordHash.matches("$2a$05$" + OF_PASSWORD + rest, "password")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2a$05$",
                "$2a$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2aw",
                "$2a$05$abcdefghijklm!opqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
                "$2a$05$abcdefghijklm[opqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
                "$2a$05$abcdefghijklmn\npqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
                "$2a$05$ bcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
                "$2a$05$abcdefghijklmnopqrstuuWG29KuyeAic!CJODk1zjyGvyQUU2awu",
                "$2a$05$abcdefghijklmnopqrstuuWG29KuyeAicéCJODk1zjyGvyQUU2awu",
            })
    void shouldNeverMatchADamagedHash(String hash) {
        assertThat(PasswordHash.isHashed(hash)).isTrue();
        assertThat(PasswordHash.problem(hash)).isEqualTo("bcrypt hash is damaged");
        assertThat(PasswordHash.matches(hash, "password")).isFalse();
        assertThat(PasswordHash.matches(hash, hash)).isFalse();
    }

    @Test
    void shouldCompareTheLastLetterOfAHashWholly() {
        // Only its upper bits stand for a part of the hash.
        String hash = "$2a$05$" + OF_PASSWORD.replaceFirst("u$", "v");

        assertThat(PasswordHash.matches(hash, "password")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 19, 31, 32, 99})
    void shouldRefuseAtOnceWhatIsTooCheapOrWouldTakeDays(int cost) {
        String hash = "$2a$%02d$%s".formatted(cost, OF_PASSWORD);

        assertThat(PasswordHash.isHashed(hash)).isTrue();
        assertThat(PasswordHash.problem(hash))
                .isEqualTo("bcrypt cost is %d, not within 4 to 18", cost);
        assertThat(PasswordHash.matches(hash, "password")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "$2a$",
                "$2a$5$abc",
                "$2c$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
                "$2$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
                "x$2a$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu",
                "",
                "schlüssel",
            })
    void shouldCompareEverythingElseAsPlainText(String configured) {
        assertThat(PasswordHash.isHashed(configured)).isFalse();
        assertThat(PasswordHash.problem(configured)).isEmpty();
        assertThat(PasswordHash.matches(configured, configured)).isTrue();
        assertThat(PasswordHash.matches(configured, configured + "x")).isFalse();
        assertThat(PasswordHash.matches(configured, "password")).isFalse();
    }

    @Test
    void shouldMakeHashesThatMatchAndDiffer() {
        byte[] password = "correct horse".getBytes(StandardCharsets.UTF_8);
        String one = PasswordHash.of(password, 4);
        String other = PasswordHash.of(password, 4);

        assertThat(one).hasSize(60).startsWith("$2a$04$").isNotEqualTo(other);
        assertThat(PasswordHash.matches(one, "correct horse")).isTrue();
        assertThat(PasswordHash.matches(other, "correct horse")).isTrue();
    }

    @Test
    void shouldNotHashWhatItWouldCutOrNotVerify() {
        assertThatThrownBy(() -> PasswordHash.of(new byte[73], 4))
                .hasMessage("password length exceeds 72 bytes");
        assertThatThrownBy(() -> PasswordHash.of(new byte[10], 3))
                .hasMessage("bcrypt cost should be between 4 and 18");
        assertThatThrownBy(() -> PasswordHash.of(new byte[10], 19))
                .hasMessage("bcrypt cost should be between 4 and 18");
    }
}
