package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

final class SubjectPairTest {
    @ParameterizedTest
    @CsvSource({
        "orders, orders, orders, orders",
        "orders, theirs, orders, theirs",
        "orders.>, orders.>, orders.a.b, orders.a.b",
        "orders.>, them.orders.>, orders.a.b, them.orders.a.b",
        "orders.*, theirs.*, orders.x, theirs.x",
        "a.*.*, b.$2.$1, a.x.y, b.y.x",
        "a.*.*, b.{{wildcard(2)}}.{{wildcard(1)}}, a.x.y, b.y.x",
        "a.*.*.*, $3.$1.$2.b, a.x.y.z, z.x.y.b",
        "a.*.>, $1.b.>, a.x.y.z, x.b.y.z",
        "a.*, b.$1, a.*, b.*",
    })
    void shouldTranslateBothWays(String first, String second, String here, String there)
            throws BadTransformException {
        SubjectPair pair = SubjectPair.of(first, second);
        assertThat(toSecond(pair, here)).isEqualTo(there);
        assertThat(toFirst(pair, there)).isEqualTo(here);
        assertThat(pair.first()).isEqualTo(first);
        assertThat(pair.isSame()).isEqualTo(first.equals(second));
    }

    @Test
    void shouldUndoAnyOrderOfTokens() throws BadTransformException {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            int wildcards = 1 + random.nextInt(6);
            List<String> order = new ArrayList<>();
            StringBuilder first = new StringBuilder("s");
            StringBuilder here = new StringBuilder("s");
            for (int i = 1; i <= wildcards; i++) {
                order.add("$" + i);
                first.append(".*");
                here.append(".t").append(random.nextInt(100));
            }
            Collections.shuffle(order, random);
            SubjectPair pair = SubjectPair.of(first.toString(), "d." + String.join(".", order));
            assertThat(toFirst(pair, toSecond(pair, here.toString())))
                    .as("seed %d", seed)
                    .isEqualTo(here.toString());
        }
    }

    @Test
    void shouldNotTakeAnExchangeForTheSame() throws BadTransformException {
        assertThat(SubjectPair.of("a.*.*", "a.$2.$1").isSame()).isFalse();
        assertThat(SubjectPair.of("a.*.*", "a.$1.$2").isSame()).isTrue();
    }

    @Test
    void shouldMakeOneOfManyWhereTheyAreRequests() throws BadTransformException {
        SubjectPair pair = SubjectPair.ofRequests("a.b", "c.>");
        assertThat(toFirst(pair, "c.d.e")).isEqualTo("a.b");
        assertThat(pair.first()).isEqualTo("a.b");
        assertThat(pair.second()).isEqualTo("c.>");
        assertThat(toFirst(SubjectPair.ofRequests("a.*", "c.*"), "c.d")).isEqualTo("a.d");
    }

    @Test
    void shouldRefuseWhatHasOtherWildcards() {
        assertThatThrownBy(() -> SubjectPair.of("a.*", "b"))
                .isInstanceOf(BadTransformException.class);
        assertThatThrownBy(() -> SubjectPair.of("a", "b.$1"))
                .isInstanceOf(BadTransformException.class);
        assertThatThrownBy(() -> SubjectPair.of("a.*", "b.{{partition(3,1)}}"))
                .isInstanceOf(BadTransformException.class);
    }

    private static String toSecond(SubjectPair pair, String subject) {
        return translate(subject, pair::toSecond);
    }

    private static String toFirst(SubjectPair pair, String subject) {
        return translate(subject, pair::toFirst);
    }

    private interface Translation {
        int of(SubjectTokens subject, SubjectWriter out);
    }

    private static String translate(String subject, Translation translation) {
        byte[] bytes = subject.getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock memory = NativeBlock.allocate(bytes.length + 128)) {
            Region region = memory.region();
            region.put(0, bytes);
            SubjectTokens tokens = new SubjectTokens().of(region, 0, bytes.length);
            SubjectWriter out = new SubjectWriter().into(region, bytes.length, 128);
            int length = translation.of(tokens, out);
            return new String(region.bytes(bytes.length, length), StandardCharsets.US_ASCII);
        }
    }
}
