package io.millrace.broker.config.account;

import io.millrace.protocol.Quoted;

/** Texts of the configuration in messages, as the reference shows them. */
final class Quote {
    private Quote() {}

    static String of(String text) {
        return '"' + Quoted.utf8(text) + '"';
    }
}
