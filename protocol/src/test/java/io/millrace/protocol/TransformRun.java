package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Applies a transform to strings that have a character for each byte. */
final class TransformRun {
    static final int PLENTY = 1 << 16;

    private final SubjectTokens tokens = new SubjectTokens();
    private final SubjectWriter writer = new SubjectWriter();

    /** What becomes of a subject, nothing if it doesn't match. */
    Optional<String> apply(SubjectTransform transform, String subject, RandomGenerator random) {
        return run(transform::apply, subject, random);
    }

    /** The same by the rule for streams. */
    Optional<String> match(SubjectTransform transform, String subject, RandomGenerator random) {
        return run(transform::match, subject, random);
    }

    private Optional<String> run(Way way, String subject, RandomGenerator random) {
        try (NativeBytes in = NativeBytes.of(subject);
                NativeBlock out = NativeBlock.allocate(PLENTY)) {
            tokens.of(in.region(), 0, in.length());
            int length = way.apply(tokens, writer.into(out.region(), 0, PLENTY), random);
            if (length == SubjectTransform.NO_MATCH) {
                return Optional.empty();
            }
            assertThat(length).isNotNegative();
            return Optional.of(
                    new String(out.region().bytes(0, length), StandardCharsets.ISO_8859_1));
        }
    }

    private interface Way {
        int apply(SubjectTokens subject, SubjectWriter out, RandomGenerator random);
    }
}
