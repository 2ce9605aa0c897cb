package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Against strings and regular expressions. */
class SubjectTransformPropertyTest {
    private static final int TRANSFORMS = 30_000;

    /** So many at least must have been applied, and refused: else the test tests little. */
    private static final int ENOUGH = TRANSFORMS / 10;

    private final TransformRun run = new TransformRun();

    @Test
    void shouldAgreeWithTheObviousWay() {
        Seed seed = Seed.next();
        RandomGenerator random = seed.random();
        MadeUpTransforms madeUp = new MadeUpTransforms(random);
        int applied = 0;
        int refused = 0;
        for (int i = 0; i < TRANSFORMS; i++) {
            String source = madeUp.source();
            String destination = madeUp.destination(source);
            String subject = madeUp.subject(source);
            boolean strict = random.nextInt(4) == 0;
            long numbers = random.nextLong();
            String expected = naive(source, destination, strict, subject, numbers);
            assertThat(ours(source, destination, strict, subject, numbers))
                    .as("'%s' to '%s', strict %s, %s", source, destination, strict, seed)
                    .isEqualTo(expected);
            applied += expected.startsWith("made ") ? 1 : 0;
            refused += expected.startsWith("refused ") ? 1 : 0;
        }
        assertThat(applied).isGreaterThan(ENOUGH);
        assertThat(refused).isGreaterThan(ENOUGH);
    }

    private static String naive(
            String source, String destination, boolean strict, String subject, long numbers) {
        try {
            NaiveTransform transform =
                    new NaiveTransform(
                            MadeUpTransforms.bytes(source),
                            MadeUpTransforms.bytes(destination),
                            strict);
            return shown(transform.apply(subject, new SplittableRandom(numbers)));
        } catch (IllegalArgumentException e) {
            return "refused " + e.getMessage();
        }
    }

    private String ours(
            String source, String destination, boolean strict, String subject, long numbers) {
        try {
            SubjectTransform transform =
                    strict
                            ? SubjectTransform.ofStrict(source, destination)
                            : SubjectTransform.of(source, destination);
            return shown(run.apply(transform, subject, new SplittableRandom(numbers)));
        } catch (BadTransformException e) {
            return "refused " + MadeUpTransforms.bytes(e.getMessage());
        }
    }

    private static String shown(Optional<String> made) {
        return made.map(subject -> "made " + subject).orElse("no match");
    }
}
