package io.millrace.broker.monitor.http;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.monitor.http.BasicAuth.Verdict;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

class BasicAuthTest {
    private long nowNs;

    private BasicAuth auth(String password) {
        return new BasicAuth(
                new OptionsBuilder()
                        .monitorUser("ops")
                        .monitorPassword(new Secret(password))
                        .conclude(1)
                        .monitor(),
                () -> nowNs);
    }

    private static String header(String userAndPassword) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldTakeBcryptHashesOfEveryFlavour() {
        byte[] secret = "pässword".getBytes(StandardCharsets.UTF_8);
        for (BCrypt.Version version :
                new BCrypt.Version[] {
                    BCrypt.Version.VERSION_2A,
                    BCrypt.Version.VERSION_2B,
                    BCrypt.Version.VERSION_2X,
                    BCrypt.Version.VERSION_2Y
                }) {
            String hash =
                    new String(BCrypt.with(version).hash(4, secret), StandardCharsets.US_ASCII);
            assertThat(auth(hash).judge(header("ops:pässword"))).isEqualTo(Verdict.ALLOWED);
            assertThat(auth(hash).judge(header("ops:password"))).isEqualTo(Verdict.REFUSED);
            assertThat(auth(hash).judge(header("ops:" + hash))).isEqualTo(Verdict.REFUSED);
        }
    }

    @Test
    void shouldLetGuessersWaitButNotThoseItKnows() {
        String hash = BCrypt.withDefaults().hashToString(4, "right".toCharArray());
        BasicAuth auth = auth(hash);
        assertThat(auth.judge(header("ops:right"))).isEqualTo(Verdict.ALLOWED);
        assertThat(auth.judge(header("ops:wrong"))).isEqualTo(Verdict.REFUSED);
        assertThat(auth.judge(header("ops:wronger"))).isEqualTo(Verdict.LATER);
        assertThat(auth.judge(header("ops:right"))).isEqualTo(Verdict.ALLOWED);
        nowNs += 500_000_000;
        assertThat(auth.judge(header("ops:wronger"))).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void shouldAllowEverybodyWhereThereIsNoPassword() {
        BasicAuth open = new BasicAuth(new OptionsBuilder().conclude(1).monitor(), () -> nowNs);
        assertThat(open.judge(null)).isEqualTo(Verdict.ALLOWED);
    }
}
