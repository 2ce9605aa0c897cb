package io.millrace.broker.tool;

import java.io.IOException;

/** Where {@code mkpasswd -p} gets the password from. */
interface PasswordSource {
    /**
     * Whether somebody types, who wants to be prompted and to be asked twice.
     *
     * @throws IOException if that can't be found out
     */
    boolean isTyped() throws IOException;

    /**
     * The next line without its end, as the bytes that came; empty at the end of the input.
     *
     * @throws IOException if it can't be read, or is longer than a password can be
     */
    byte[] readLine() throws IOException;
}
