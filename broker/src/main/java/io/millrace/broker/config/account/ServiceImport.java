package io.millrace.broker.config.account;

/**
 * Requests that another account answers. Both subjects make a {@link
 * io.millrace.protocol.SubjectPair}.
 *
 * @param account the exporting one
 * @param subject of the exporting account, may have wildcards
 * @param from what the importing account's clients request: refers to the subject's wildcards, or
 *     has as many of its own
 * @param share whether the exporting account is told who has asked
 */
public record ServiceImport(String account, String subject, String from, boolean share) {}
