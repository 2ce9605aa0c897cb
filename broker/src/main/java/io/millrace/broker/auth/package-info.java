/**
 * Who may connect: users, tokens, passwords and nkeys, and how each is proved.
 *
 * <p>{@link io.millrace.broker.auth.Authenticator} is made from the options and never changes; I/O
 * loops ask it, and {@link io.millrace.broker.auth.ProofThread} does what takes too long for them.
 */
@NullMarked
package io.millrace.broker.auth;

import org.jspecify.annotations.NullMarked;
