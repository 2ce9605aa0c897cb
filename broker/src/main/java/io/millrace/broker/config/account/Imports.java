package io.millrace.broker.config.account;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Reading;
import io.millrace.protocol.Subject;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one account imports, of what others export. */
final class Imports {
    private final String account;
    private final Map<String, Exports> exports;
    private final List<StreamImport> streams = new ArrayList<>();
    private final List<ServiceImport> services = new ArrayList<>();
    private final Set<List<String>> importedStreams = new HashSet<>();
    private final Map<List<String>, ImportDraft> importedServices = new HashMap<>();

    /** None yet, of an account among others. */
    Imports(String account, Map<String, Exports> exports) {
        this.account = account;
        this.exports = exports;
    }

    /** Adds an import, and tells where messages then go. */
    void add(ImportDraft draft, ImportCycles cycles, Reading in) {
        Exports exporter = exports.get(draft.account());
        if (exporter == null) {
            in.error(
                    draft.at(),
                    Quote.of(draft.account())
                            + " account not defined for "
                            + draft.kind()
                            + " import");
            return;
        }
        try {
            if (draft.isService()) {
                addService(draft, exporter, cycles);
            } else {
                addStream(draft, exporter, cycles);
            }
        } catch (BadValueException e) {
            in.error(draft.at(), adding(draft) + e.getMessage());
        }
    }

    static String adding(ImportDraft draft) {
        return "Error adding " + draft.kind() + " import " + Quote.of(draft.subject()) + ": ";
    }

    private void addStream(ImportDraft draft, Exports exporter, ImportCycles cycles)
            throws BadValueException {
        String subject = draft.subject();
        if (!Subject.isValid(subject) || !exporter.lets(account, false, subject)) {
            throw new BadValueException("stream import not authorized");
        }
        if (!importedStreams.add(List.of(draft.account(), subject))) {
            throw new BadValueException("stream import already exists");
        }
        String written = withPrefix(draft);
        String here = ImportedSubjects.check("stream", subject, written, true);
        streams.add(new StreamImport(draft.account(), subject, written, draft.allowTrace()));
        cycles.addStream(draft, draft.account(), subject, account, here);
    }

    private static String withPrefix(ImportDraft draft) throws BadValueException {
        String prefix = draft.prefix();
        if (prefix.isEmpty()) {
            return draft.to().isEmpty() ? draft.subject() : draft.to();
        }
        if (Subject.hasWildcard(prefix)) {
            throw new BadValueException("stream import prefix can not contain wildcard tokens");
        }
        return prefix + (prefix.endsWith(".") ? "" : ".") + draft.subject();
    }

    private void addService(ImportDraft draft, Exports exporter, ImportCycles cycles)
            throws BadValueException {
        String subject = draft.subject();
        String local = draft.local();
        if (!Subject.isValid(local) || !Subject.isValid(subject)) {
            throw new BadValueException("sublist: invalid subject");
        }
        if (!exporter.lets(account, true, subject)) {
            throw new BadValueException("service import not authorized");
        }
        String here =
                ImportedSubjects.asksForOne(subject, local)
                        ? local
                        : ImportedSubjects.check("service", subject, local, false);
        ImportDraft before = importedServices.putIfAbsent(List.of(draft.account(), here), draft);
        if (before != null) {
            throw new BadValueException("duplicate " + ImportKeys.duplicate(before));
        }
        services.add(new ServiceImport(draft.account(), subject, local, draft.share()));
        cycles.addService(draft, account, here, draft.account(), subject);
    }

    List<StreamImport> streams() {
        return streams;
    }

    List<ServiceImport> services() {
        return services;
    }
}
