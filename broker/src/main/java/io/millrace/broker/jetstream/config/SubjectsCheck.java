package io.millrace.broker.jetstream.config;

import io.millrace.protocol.Quoted;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which subjects a stream may have. */
final class SubjectsCheck {
    private static final String ALL = ">";
    private static final List<String> OWN_SUBJECTS = List.of("$JS.>", "$JSC.>", "$NRG.>");

    private SubjectsCheck() {}

    /** What is wrong with them; null if nothing is. A stream without any gets its name. */
    static @Nullable ApiError find(StreamDraft draft) {
        if (draft.subjects.isEmpty()) {
            if (draft.mirror == null && draft.sources.isEmpty()) {
                draft.subjects(List.of(draft.name));
            }
            return null;
        }
        if (draft.mirror != null) {
            return ApiErrors.MIRROR_WITH_SUBJECTS.error();
        }
        Set<String> seen = new HashSet<>();
        Overlaps all = new Overlaps(draft.subjects);
        for (int i = 0; i < draft.subjects.size(); i++) {
            String subject = draft.subjects.get(i);
            String wrong = find(draft, subject, seen);
            if (wrong == null) {
                wrong = overlap(all, draft.subjects, i);
            }
            if (wrong != null) {
                return StreamChecks.invalid(wrong);
            }
        }
        return null;
    }

    private static @Nullable String find(StreamDraft draft, String subject, Set<String> seen) {
        if (!Subject.isValid(subject)) {
            return "invalid subject";
        }
        if (!seen.add(subject)) {
            return "duplicate subjects detected";
        }
        if (subject.equals(ALL)) {
            if (!draft.noAck) {
                return "capturing all subjects requires no-ack to be true";
            }
            if (draft.replicas != 1) {
                return "capturing all subjects requires replicas of 1";
            }
        }
        return draft.noAck ? null : ofServer(subject);
    }

    private static @Nullable String ofServer(String subject) {
        for (String own : OWN_SUBJECTS) {
            if (Subjects.collide(subject, own) && !Subjects.isWithin(subject, "$JS.EVENT.>")) {
                return "subjects that overlap with jetstream api require no-ack to be true";
            }
        }
        return Subjects.collide(subject, "$SYS.>") && !Subjects.isWithin(subject, "$SYS.ACCOUNT.>")
                ? "subjects that overlap with system api require no-ack to be true"
                : null;
    }

    private static @Nullable String overlap(Overlaps all, List<String> subjects, int index) {
        String subject = subjects.get(index);
        try {
            if (!all.collidesWithAnother(subject)) {
                return null;
            }
        } catch (Overlaps.TooLongException e) {
            return e.getMessage();
        }
        for (String other : subjects.subList(index + 1, subjects.size())) {
            if (Subjects.collide(other, subject)) {
                return "subject \""
                        + Quoted.utf8(subject)
                        + "\" overlaps with \""
                        + Quoted.utf8(other)
                        + '"';
            }
        }
        return null;
    }
}
