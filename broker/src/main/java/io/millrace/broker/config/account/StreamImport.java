package io.millrace.broker.config.account;

/**
 * Messages of another account that an account has, too. Both subjects make a {@link
 * io.millrace.protocol.SubjectPair}.
 *
 * @param account the exporting one
 * @param subject of the exporting account, may have wildcards
 * @param to what its clients know it by: the same, with a prefix before it, or what refers to the
 *     subject's wildcards, or has as many of its own
 * @param allowTrace whether traces of messages go on here
 */
public record StreamImport(String account, String subject, String to, boolean allowTrace) {}
