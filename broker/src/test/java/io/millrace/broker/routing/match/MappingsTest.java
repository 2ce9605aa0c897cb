package io.millrace.broker.routing.match;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.BadTransformException;
import io.millrace.protocol.MapDest;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.SubjectMapping;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.SubjectTransform;
import io.millrace.protocol.WeightedDestinations;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The mappings of an account, as many as there may be: the first that matches is found. */
class MappingsTest {
    private static final int OFFSET = 3;

    private static SubjectMapping mapping(String source) throws BadTransformException {
        String destination = "to." + SubjectTransform.tokenize(source);
        return SubjectMapping.of(source, List.of(new MapDest(destination, 100)));
    }

    private static int put(Region region, String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.US_ASCII);
        region.put(OFFSET, bytes);
        return bytes.length;
    }

    private static String subject(Random random, String... tokens) {
        StringBuilder subject = new StringBuilder(tokens[random.nextInt(tokens.length)]);
        for (int i = random.nextInt(4); i > 0; i--) {
            subject.append('.').append(tokens[random.nextInt(tokens.length)]);
        }
        return subject.toString();
    }

    @RepeatedTest(200)
    void shouldFindTheFirstThatMatchesAsIfItLookedAtAll(RepetitionInfo seed) throws Exception {
        Random random = new Random(seed.getCurrentRepetition());
        List<SubjectMapping> some = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            String source = subject(random, "a", "b", "*", "ab");
            some.add(mapping(random.nextInt(4) == 0 ? source + ".>" : source));
        }
        if (random.nextInt(10) == 0) {
            some.add(random.nextInt(some.size() + 1), mapping(">"));
        }
        Mappings mappings = new Mappings(some, "");
        try (NativeBlock memory = NativeBlock.allocate(256)) {
            Region region = memory.region();
            for (int i = 0; i < 100; i++) {
                String subject = subject(random, "a", "b", "ab", "c", "*", ">", "");
                int length = put(region, subject.isEmpty() ? "a." : subject);
                assertThat(mappings.find(region, OFFSET, length))
                        .as("%s of %s", subject, some)
                        .isSameAs(first(some, new SubjectTokens().of(region, OFFSET, length)));
            }
        }
    }

    private static @Nullable WeightedDestinations first(
            List<SubjectMapping> all, SubjectTokens subject) {
        for (SubjectMapping each : all) {
            if (each.matches(subject)) {
                return each.destinations("");
            }
        }
        return null;
    }

    /** To look at all would take twenty seconds and more. */
    @Test
    @Timeout(10)
    void shouldNotLookAtTenThousandMappingsForEachSubject() throws Exception {
        List<SubjectMapping> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            many.add(mapping(i % 2 == 0 ? "m" + i + ".*.x" : "m.n" + i + ".>"));
        }
        Mappings mappings = new Mappings(many, "");
        int found = 0;
        // Freed here: who is late goes on for a while when the next test begins.
        try (NativeBlock memory = NativeBlock.allocate(256)) {
            Region region = memory.region();
            for (int i = 0; i < 400_000; i++) {
                int length = put(region, "m" + i % 20_000 + ".y.x");
                found += mappings.find(region, OFFSET, length) == null ? 0 : 1;
            }
        }
        assertThat(found).isEqualTo(100_000);
    }
}
