package io.millrace.broker.routing.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class SubjectSetTest {
    private static SubjectSet set(String... subjects) {
        return new SubjectSet(List.of(subjects));
    }

    @ParameterizedTest
    @CsvSource({
        "foo,       foo,       true",
        "foo,       foo.bar,   false",
        "foo,       fo,        false",
        "foo.*,     foo.bar,   true",
        "foo.*,     foo,       false",
        "foo.*,     foo.a.b,   false",
        "foo.*,     foo.*,     true",
        "foo.bar,   foo.*,     false",
        "foo.>,     foo,       false",
        "foo.>,     foo.a.b.c, true",
        "foo.>,     foo.*,     true",
        "foo.>,     foo.>,     true",
        "foo.>,     foo.*.>,   true",
        "foo.*.>,   foo.>,     false",
        ">,         foo,       true",
        ">,         >,         true",
        "*,         >,         false",
        "*.b.*,     a.b.c,     true",
        "*.b.*,     *.*.*,     false",
        "fo*,       fo*,       true",
        "fo*,       foo,       false",
        "foo>,      foo.a,     false",
    })
    void shouldContainASubscriptionIfItContainsAllItMatches(
            String set, String subject, boolean contained) {
        assertThat(set(set).findAll(subject).plain()).isEqualTo(contained);
    }

    /** Clients may publish to these; who may not publish to foo.* may not do it either. */
    @ParameterizedTest
    @CsvSource({
        "foo.*,     foo.>,     true",
        "*,         >,         true",
        "*,         *,         true",
        "foo.*,     foo.,      false",
        "foo.>,     foo.,      false",
        "foo.>,     foo..,     false",
        "*.a,       .a,        false",
        "foo,       foo.,      false",
        "foo.bar,   foo.>,     false",
        "foo.bar,   foo.*,     false",
        "foo.>,     foo.>.a,   true",
    })
    void shouldTakeWildcardsOfAMessageForTokensLikeAnyOther(
            String set, String subject, boolean contained) {
        assertThat(set(set).contains(subject)).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({
        "foo.*,   *.bar,   true",
        "foo.*,   foo,     false",
        "foo.>,   *.*.*,   true",
        "foo.>,   *,       false",
        "a.*.c,   a.b.>,   true",
        "a.*.c,   a.b.d,   false",
        "a.*.c,   *.*.d,   false",
        ">,       a,       true",
        "a.b,     a.b,     true",
        "a.b,     >,       true",
        "a.b.>,   a.>,     true",
        "a.b.>,   a.b,     false",
    })
    void shouldOverlapIfSomeSubjectMatchesBoth(String set, String subject, boolean overlaps) {
        assertThat(set(set).overlaps(subject)).isEqualTo(overlaps);
        assertThat(set(subject).overlaps(set)).as("the other way round").isEqualTo(overlaps);
    }

    @Test
    void shouldKeepQueueGroupsApartFromEverybody() {
        SubjectSet set = set("foo v1", " foo \t v2.* ", "foo.* v3.>", "bar");
        assertThat(set.contains("foo")).isFalse();
        assertThat(set.contains("bar")).isTrue();
        SubjectSet.Found found = set.find("foo");
        assertThat(found.hasQueue("v1")).isTrue();
        assertThat(found.hasQueue("v2.a")).isTrue();
        assertThat(found.hasQueue("v2.*")).isTrue();
        assertThat(found.hasQueue("v2.>")).isFalse();
        assertThat(found.hasQueue("v2")).isFalse();
        assertThat(found.hasQueue("v3.a")).isFalse();
        assertThat(set.find("foo.a").hasQueue("v3.a.b")).isTrue();
        assertThat(set.find("bar").queues()).isEmpty();
    }

    /** Only what PermissionKeys takes for a blank parts a subject from its queue group. */
    @Test
    void shouldTakeOddCharactersForPartsOfTheSubject() {
        for (String odd :
                List.of("a\u000bb", "\u0001", "\u0000a", "a\u0085", "caf\u00e9 v", "\u2003")) {
            String subject = odd.split(" ")[0];
            SubjectSet set = set(odd);
            assertThat(set.find(Permissions.text(subject)).plain())
                    .as(odd)
                    .isEqualTo(!odd.contains(" "));
        }
        assertThat(
                        set("caf\u00e9 \u00fc")
                                .find(Permissions.text("caf\u00e9"))
                                .hasQueue(Permissions.text("\u00fc")))
                .isTrue();
    }

    @Test
    void shouldLookUpAsManyTokensAsAControlLineHolds() {
        String deep = "a.".repeat(30_000) + "a";
        assertThat(set("a.>").contains(deep)).isTrue();
        assertThat(set(deep).contains(deep)).isTrue();
        assertThat(set(deep).overlaps("a.".repeat(30_000) + "*")).isTrue();
    }
}
