package io.millrace.broker.config.account;

import io.millrace.broker.config.Reading;

/**
 * Finds imports that lead messages in a circle (CVE-2020-28466, CVE-2022-42709), and chains of them
 * that are longer than anybody needs. Streams and services each by themselves, as in the reference;
 * unlike there, the order of the imports doesn't matter, and it is looked at where messages really
 * go: the reference compares what one and the same subject is called on both sides.
 */
final class ImportCycles {
    private final ImportGraph streams = new ImportGraph();
    private final ImportGraph services = new ImportGraph();

    /** Messages to a subject of the exporting account go to another of the importing one. */
    void addStream(ImportDraft draft, String exporter, String subject, String importer, String to) {
        streams.add(draft, exporter, subject, importer, to);
    }

    /** Requests to a subject of the importing account go to another of the exporting one. */
    void addService(
            ImportDraft draft, String importer, String from, String exporter, String subject) {
        services.add(draft, importer, from, exporter, subject);
    }

    /** Reports imports that are too many. */
    void check(Reading in) {
        streams.check(in);
        services.check(in);
    }
}
