package io.millrace.broker.config.account;

/**
 * Requests that another account answers.
 *
 * @param account the exporting one
 * @param subject of the exporting account, or a transform's destination
 * @param from what the importing account's clients request, may have wildcards
 * @param share whether the exporting account is told who has asked
 */
public record ServiceImport(String account, String subject, String from, boolean share) {}
