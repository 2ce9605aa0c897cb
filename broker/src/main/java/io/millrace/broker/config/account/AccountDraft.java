package io.millrace.broker.config.account;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** An account as it is written, before it is known what others export. */
record AccountDraft(
        String name,
        String nkey,
        List<ExportDraft> exports,
        List<ImportDraft> imports,
        List<MappingOptions> mappings,
        AccountLimits limits,
        @Nullable TraceOptions trace,
        @Nullable AccountJetStream jetStream) {
    static AccountDraft named(String name) {
        return new AccountDraft(
                name, "", List.of(), List.of(), List.of(), AccountLimits.NONE, null, null);
    }
}
