package io.millrace.broker.routing.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.cluster.RoutePermissions;
import io.millrace.protocol.NativeBlock;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class CrossingRulesTest {
    private static CrossingRules rules(SubjectRules imports, SubjectRules exports) {
        return new CrossingRules(new RoutePermissions(imports, exports));
    }

    @Test
    void shouldTellOnlyInterestThatIsImported() {
        CrossingRules rules =
                rules(
                        new SubjectRules(List.of("imp.>", "one.*"), List.of("imp.secret.>")),
                        SubjectRules.EVERYTHING);
        assertThat(rules.tells("imp.a")).isTrue();
        assertThat(rules.tells("imp.>")).isTrue();
        assertThat(rules.tells("one.*")).isTrue();
        assertThat(rules.tells(">")).isFalse();
        assertThat(rules.tells("one.>")).isFalse();
        assertThat(rules.tells("other")).isFalse();
        assertThat(rules.tells("imp.secret.a")).isFalse();
        assertThat(rules.tells("$MQTT.sess.x")).isTrue();
        assertThat(rules.takes("anything")).isTrue();
    }

    @Test
    void shouldTakeOnlyInterestThatIsExported() {
        CrossingRules rules =
                rules(
                        SubjectRules.EVERYTHING,
                        new SubjectRules(List.of("exp.>"), List.of("exp.secret")));
        assertThat(rules.takes("exp.a")).isTrue();
        assertThat(rules.takes("exp.*")).isTrue();
        assertThat(rules.takes("exp.secret")).isFalse();
        assertThat(rules.takes(">")).isFalse();
        assertThat(rules.tells("anything")).isTrue();
    }

    /** Interest may be wider than what is denied. */
    @Test
    void shouldKeepDeniedMessagesHere() {
        CrossingRules rules =
                rules(SubjectRules.EVERYTHING, new SubjectRules(null, List.of("secret.>")));
        assertThat(rules.takes(">")).isTrue();
        assertThat(letsGo(rules, "secret.a")).isFalse();
        assertThat(letsGo(rules, "secret")).isTrue();
        assertThat(letsGo(rules, "public.a")).isTrue();
    }

    private static boolean letsGo(CrossingRules rules, String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock block = NativeBlock.allocate(bytes.length)) {
            block.region().put(0, bytes);
            return rules.letsGo(block.region(), 0, bytes.length, 0);
        }
    }

    /** Known values of the reference. */
    @Test
    void shouldPlaceAccountsAsTheReferenceDoes() {
        assertThat(RouteShare.poolIndex("$G", 2)).isZero();
        assertThat(RouteShare.poolIndex("$G", 3)).isEqualTo(2);
        assertThat(RouteShare.poolIndex("$G", 10)).isEqualTo(8);
        assertThat(RouteShare.poolIndex("ACC1", 3)).isEqualTo(2);
        assertThat(RouteShare.poolIndex("ACC1", 10)).isEqualTo(7);
        assertThat(RouteShare.poolIndex("B", 10)).isEqualTo(9);
        assertThat(RouteShare.poolIndex("A", 4)).isZero();
        assertThat(RouteShare.poolIndex("A", 1)).isZero();
    }
}
