package io.millrace.broker.routing.account;

import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.routing.match.Interest;
import io.millrace.protocol.SubjectPair;

import java.nio.charset.StandardCharsets;

/**
 * Requests of one account that another answers: stands in the index of the importing account, and
 * leads into the exporting one. Routing thread.
 */
public final class ImportedService extends Interest {
    /** With its place in the importing account's list. */
    private static final int OBJECT_BYTES = 96;

    private static final byte[] NO_QUEUE = {};

    /** Who answers. */
    public final Account exporter;

    /** Who asks. */
    public final Account importer;

    /** What the exporting account knows the requests by, and what the importing one does. */
    public final SubjectPair subjects;

    public final ServiceImport options;

    /** What the exporting account says of it. */
    public final ServiceExport export;

    public ImportedService(
            Account exporter,
            Account importer,
            SubjectPair subjects,
            ServiceImport options,
            ServiceExport export) {
        super(subjects.second().getBytes(StandardCharsets.UTF_8), NO_QUEUE, 1);
        this.exporter = exporter;
        this.importer = importer;
        this.subjects = subjects;
        this.options = options;
        this.export = export;
    }

    /** Interest of which it is known that it is an import. */
    public static ImportedService of(Interest known) {
        return (ImportedService) known;
    }

    /** Whether the exporting account is told who has asked. */
    public boolean shares() {
        return options.share();
    }

    @Override
    public int ownBytes() {
        return OBJECT_BYTES + textBytes();
    }

    @Override
    public boolean isCrossing() {
        return true;
    }
}
