package io.millrace.broker.config.account;

import io.millrace.broker.config.BadValueException;
import io.millrace.protocol.BadTransformException;
import io.millrace.protocol.Subject;
import io.millrace.protocol.SubjectPair;
import io.millrace.protocol.SubjectTransform;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Checks what an imported subject is called on both sides: each must follow from the other. The
 * reference takes more, and then breaks down, or sends messages elsewhere.
 */
final class ImportedSubjects {
    /** What refers to a wildcard by its number; what is longer is taken as it is, or refused. */
    private static final Pattern REFERENCE =
            Pattern.compile(
                    "(?:^|\\.)\\$([+-]?[0-9]{1,18})(?=\\.|$)"
                            + "|\\{\\{\\s*[wW]ildcard\\s*\\(\\s*([+-]?[0-9]{1,18})\\s*\\)\\s*}}");

    private static final Pattern CALL = Pattern.compile("(?:^|\\.)(\\{\\{[^.]+}})(?=\\.|$)");

    private ImportedSubjects() {}

    /**
     * Checks two names of the same messages.
     *
     * @param kind what is imported
     * @param subject of the exporting account
     * @param local what it is called in the importing account; may refer to the other's wildcards
     * @param from which of the two the message names first
     * @return the subject of all that the importing account knows by that name
     * @throws BadValueException if one doesn't follow from the other
     */
    static String check(String kind, String subject, String local, boolean from)
            throws BadValueException {
        String problem = problem(subject, local);
        String filter = SubjectTransform.untokenize(local);
        if (problem == null && !Subject.isValid(filter)) {
            problem = "invalid subject";
        }
        if (problem != null) {
            throw new BadValueException(
                    "failed to create mapping transform for "
                            + kind
                            + " import subject from "
                            + Quote.of(from ? subject : local)
                            + " to "
                            + Quote.of(from ? local : subject)
                            + ": "
                            + problem);
        }
        return filter;
    }

    /** Whether a service is asked for by many subjects, all of which are one to the exporter. */
    static boolean asksForOne(String subject, String local) {
        return !Subject.hasWildcard(subject)
                && Subject.hasWildcard(local)
                && !REFERENCE.matcher(local).find()
                && !CALL.matcher(local).find();
    }

    private static @Nullable String problem(String subject, String local) {
        if (REFERENCE.matcher(subject).find() || CALL.matcher(subject).find()) {
            // They would be taken for references when the transform is turned round.
            return "invalid subject";
        }
        Matcher call = CALL.matcher(local);
        if (!Subject.hasWildcard(subject) && call.find()) {
            return "invalid mapping destination: the only mapping function allowed for import"
                    + " transforms is {{Wildcard()}} in "
                    + call.group(1);
        }
        try {
            SubjectTransform.ofStrict(subject, SubjectTransform.tokenize(local));
            if (!usesEachWildcardOnce(subject, local)) {
                return "it can not be undone";
            }
            SubjectPair.of(subject, local);
            return null;
        } catch (BadTransformException e) {
            return e.getMessage();
        }
    }

    private static boolean usesEachWildcardOnce(String subject, String local) {
        List<Long> used = new ArrayList<>();
        for (String token : Patterns.tokens(SubjectTransform.tokenize(local))) {
            REFERENCE.matcher(token).results().map(ImportedSubjects::number).forEach(used::add);
        }
        Collections.sort(used);
        long wildcards = List.of(Patterns.tokens(subject)).stream().filter("*"::equals).count();
        return used.equals(LongStream.rangeClosed(1, wildcards).boxed().toList());
    }

    private static long number(MatchResult reference) {
        String plain = reference.group(1);
        return Long.parseLong(plain == null ? reference.group(2) : plain);
    }
}
