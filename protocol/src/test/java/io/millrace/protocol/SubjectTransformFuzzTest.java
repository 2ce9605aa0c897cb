package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Any source and destination make a transform or are refused, and the obvious way agrees with it on
 * any subject. The input is the three of them, a line each; a line feed in a destination is a NUL.
 *
 * <p>{@code JAZZER_FUZZ=1 mvn verify -pl protocol -Dtest=SubjectTransformFuzzTest} fuzzes; without
 * the variable the seeds run.
 */
class SubjectTransformFuzzTest {
    private static final int LINES = 3;
    private static final int LONGEST = 512;

    private final TransformRun run = new TransformRun();

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldAgreeWithTheOracle(byte[] input) {
        String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", LINES);
        // The oracle's time grows faster than the input.
        if (lines.length < LINES || input.length > LONGEST) {
            return;
        }
        String source = utf8(lines[0]);
        String destination = utf8(lines[1].replace('\0', '\n'));
        if (destination.isEmpty()) {
            return;
        }
        boolean strict = input.length % 2 == 1;
        assertThat(ours(source, destination, strict, lines[2]))
                .isEqualTo(naive(source, destination, strict, lines[2]));
    }

    private String ours(String source, String destination, boolean strict, String subject) {
        try {
            SubjectTransform transform =
                    strict
                            ? SubjectTransform.ofStrict(source, destination)
                            : SubjectTransform.of(source, destination);
            // There may be none, but looking for it never fails.
            Optional.ofNullable(transform.reverse())
                    .ifPresent(back -> run.apply(back, subject, new SplittableRandom(1)));
            return run.apply(transform, subject, new SplittableRandom(1)).toString();
        } catch (BadTransformException e) {
            return MadeUpTransforms.bytes(e.getMessage());
        }
    }

    private static String naive(String source, String destination, boolean strict, String subject) {
        try {
            return new NaiveTransform(
                            MadeUpTransforms.bytes(source),
                            MadeUpTransforms.bytes(destination),
                            strict)
                    .apply(subject, new SplittableRandom(1))
                    .toString();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** What of it is UTF-8, as configurations are. */
    private static String utf8(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
