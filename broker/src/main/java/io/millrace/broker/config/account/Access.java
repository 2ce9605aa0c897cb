package io.millrace.broker.config.account;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * Who may import something.
 *
 * @param accounts names of those that may; null for everybody
 * @param tokenPosition of the exported subject's token that must be the importing account's name,
 *     from 1; 0 for none
 */
public record Access(@Nullable Set<String> accounts, int tokenPosition) {
    public static final Access PUBLIC = new Access(null, 0);
}
