package io.millrace.broker.jetstream.view;

/**
 * Something with whose it is.
 *
 * @param account its name
 */
public record InAccount<T>(String account, T asset) {}
