package io.millrace.broker.config.account;

import io.millrace.broker.config.Reading;
import io.millrace.broker.config.account.ServiceExport.Latency;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one account exports, and who may import it. A subject that is exported twice is exported
 * once, to all that either of the two names.
 */
final class Exports {
    private final Map<String, StreamExport> streams = new LinkedHashMap<>();
    private final Map<String, ServiceExport> services = new LinkedHashMap<>();
    private final Patterns<String> streamSubjects = new Patterns<>();
    private final Patterns<String> serviceSubjects = new Patterns<>();

    /**
     * Adds an export.
     *
     * @param accounts the accounts there are
     * @param latencies whether there is a system account, without which none are measured
     */
    void add(ExportDraft draft, Set<String> accounts, boolean latencies, Reading in) {
        Access before = access(draft);
        Access access = access(draft, before == null ? Access.PUBLIC : before, accounts, in);
        String subject = draft.subject();
        if (!Subject.isValid(subject) || !isAt(draft)) {
            in.error(draft.at(), adding(draft) + "sublist: invalid subject");
            return;
        }
        if (!draft.isService()) {
            streams.put(subject, new StreamExport(subject, access));
            addSubject(before, streamSubjects, subject);
            return;
        }
        ServiceExport old = services.get(subject);
        ResponseType type =
                old == null || draft.responseType() != ResponseType.SINGLETON
                        ? draft.responseType()
                        : old.responseType();
        // Not that of an export before: that was for the other.
        Duration threshold =
                draft.threshold().isZero() ? ServiceExport.DEFAULT_THRESHOLD : draft.threshold();
        Latency latency = draft.latency();
        boolean allowTrace = draft.allowTrace() || old != null && old.allowTrace();
        addSubject(before, serviceSubjects, subject);
        if (latency != null) {
            check(draft, latency, type, latencies, in);
        } else if (old != null) {
            latency = old.latency();
        }
        services.put(
                subject, new ServiceExport(subject, access, type, threshold, latency, allowTrace));
    }

    private static void addSubject(
            @Nullable Access before, Patterns<String> subjects, String subject) {
        if (before == null) {
            subjects.add(subject, subject);
        }
    }

    private static String adding(ExportDraft draft) {
        return "Error adding " + draft.kind() + " export " + Quote.of(draft.subject()) + ": ";
    }

    /** Who may import what is exported already. */
    private @Nullable Access access(ExportDraft draft) {
        return access(draft.isService(), draft.subject());
    }

    private @Nullable Access access(boolean service, String subject) {
        if (service) {
            ServiceExport export = services.get(subject);
            return export == null ? null : export.access();
        }
        StreamExport export = streams.get(subject);
        return export == null ? null : export.access();
    }

    /** Whether the account's token, if it has one, is a wildcard of the subject. */
    private static boolean isAt(ExportDraft draft) {
        int position = draft.tokenPosition();
        if (position == 0) {
            return true;
        }
        String[] tokens = Patterns.tokens(draft.subject());
        return position > 0 && position <= tokens.length && tokens[position - 1].equals("*");
    }

    private static Access access(
            ExportDraft draft, Access before, Set<String> accounts, Reading in) {
        List<String> named = draft.accounts();
        if (named == null && draft.tokenPosition() == 0) {
            return before;
        }
        Set<String> both = new LinkedHashSet<>();
        if (before.accounts() != null) {
            both.addAll(before.accounts());
        }
        for (String each : named == null ? List.<String>of() : named) {
            if (accounts.contains(each)) {
                both.add(each);
            } else {
                in.error(
                        draft.at(),
                        Quote.of(each) + " account not defined for " + draft.kind() + " export");
            }
        }
        return new Access(
                both.isEmpty() ? null : Collections.unmodifiableSet(both), draft.tokenPosition());
    }

    private void check(
            ExportDraft draft, Latency latency, ResponseType type, boolean latencies, Reading in) {
        String service = "Error adding service latency sampling for " + Quote.of(draft.subject());
        String subject = latency.subject();
        if (!latencies) {
            in.error(draft.at(), service + ": system account not setup");
            return;
        }
        String problem = "";
        if (!Subject.isValidLiteral(subject) || !serviceSubjects.wider(subject).isEmpty()) {
            // A sample must not be a request that is measured.
            problem = "invalid publish subject";
        } else if (type != ResponseType.SINGLETON) {
            problem = "bad service response type";
        }
        if (!problem.isEmpty()) {
            in.error(draft.at(), service + " on subject " + Quote.of(subject) + ": " + problem);
        }
    }

    /**
     * Whether an account may import a subject: one that is exported, or of which all is.
     *
     * @param service else it is a stream
     */
    boolean lets(String importer, boolean service, String subject) {
        Access exact = access(service, subject);
        if (exact != null) {
            // With a token for the account, each has to name its own.
            return exact.tokenPosition() == 0 && lists(exact, importer);
        }
        for (String each : (service ? serviceSubjects : streamSubjects).wider(subject)) {
            Access access = access(service, each);
            if (access != null && lets(access, importer, subject)) {
                return true;
            }
        }
        return false;
    }

    private static boolean lets(Access access, String importer, String subject) {
        int position = access.tokenPosition();
        if (position == 0) {
            return lists(access, importer);
        }
        String[] tokens = Patterns.tokens(subject);
        return position <= tokens.length && tokens[position - 1].equals(importer);
    }

    private static boolean lists(Access access, String importer) {
        Set<String> accounts = access.accounts();
        return accounts == null || accounts.contains(importer);
    }

    Collection<StreamExport> streams() {
        return streams.values();
    }

    Collection<ServiceExport> services() {
        return services.values();
    }
}
