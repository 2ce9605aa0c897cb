package io.millrace.broker.routing.account;

import io.millrace.broker.config.account.StreamImport;
import io.millrace.protocol.SubjectPair;

/**
 * Messages of one account that another has, too. Whoever subscribes to them there is entered into
 * the index of the exporting account as well, so that they are found with all who get them, and
 * nothing is published twice. Routing thread.
 */
public final class ImportedStream {
    /** Whose messages they are. */
    public final Account exporter;

    /** Who has them, too. */
    public final Account importer;

    /** What the exporting account knows them by, and what the importing one does. */
    public final SubjectPair subjects;

    public final StreamImport options;

    /** Whether it is imported no more: nobody gets anything by it, be he still in the index. */
    public boolean ended;

    public ImportedStream(
            Account exporter, Account importer, SubjectPair subjects, StreamImport options) {
        this.exporter = exporter;
        this.importer = importer;
        this.subjects = subjects;
        this.options = options;
    }

    /** Whether traces of messages go on in the importing account. */
    public boolean allowsTrace() {
        return options.allowTrace();
    }
}
