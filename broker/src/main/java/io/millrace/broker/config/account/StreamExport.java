package io.millrace.broker.config.account;

/**
 * Messages that an account lets others have.
 *
 * @param subject may have wildcards
 */
public record StreamExport(String subject, Access access) {}
