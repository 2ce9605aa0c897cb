package io.millrace.broker.config.account;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A tenant: what it offers others, what it takes from them, and what bounds it. Its users stand
 * with those of all accounts.
 *
 * @param name no two have the same
 * @param nkey its public key; empty for none
 * @param mappings what becomes of subjects that its clients publish to; the first that matches
 *     counts
 * @param trace where traces of its messages go; null for nowhere
 * @param jetStream what it may use of JetStream; null for nothing, unless it is the global account
 *     and there is no other
 */
public record AccountOptions(
        String name,
        String nkey,
        List<StreamExport> streamExports,
        List<ServiceExport> serviceExports,
        List<StreamImport> streamImports,
        List<ServiceImport> serviceImports,
        List<MappingOptions> mappings,
        AccountLimits limits,
        @Nullable TraceOptions trace,
        @Nullable AccountJetStream jetStream) {
    /** Of who isn't in any other; nobody may configure one of that name. */
    public static final String GLOBAL = "$G";

    /** One without JetStream. */
    public AccountOptions(
            String name,
            String nkey,
            List<StreamExport> streamExports,
            List<ServiceExport> serviceExports,
            List<StreamImport> streamImports,
            List<ServiceImport> serviceImports,
            List<MappingOptions> mappings,
            AccountLimits limits,
            @Nullable TraceOptions trace) {
        this(
                name,
                nkey,
                streamExports,
                serviceExports,
                streamImports,
                serviceImports,
                mappings,
                limits,
                trace,
                null);
    }

    /** One that shares nothing and is bounded by the server alone. */
    public static AccountOptions named(String name) {
        return new AccountOptions(
                name,
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                AccountLimits.NONE,
                null);
    }

    /** The same with other mappings. */
    public AccountOptions withMappings(List<MappingOptions> others) {
        return new AccountOptions(
                name,
                nkey,
                streamExports,
                serviceExports,
                streamImports,
                serviceImports,
                others,
                limits,
                trace,
                jetStream);
    }

    /** The same with JetStream, or without it. */
    public AccountOptions withJetStream(@Nullable AccountJetStream use) {
        return new AccountOptions(
                name,
                nkey,
                streamExports,
                serviceExports,
                streamImports,
                serviceImports,
                mappings,
                limits,
                trace,
                use);
    }

    /** Whether it may use any of JetStream. */
    public boolean hasJetStream() {
        return jetStream != null;
    }
}
