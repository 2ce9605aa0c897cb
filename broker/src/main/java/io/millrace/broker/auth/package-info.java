/**
 * Who may connect: users, tokens, passwords and nkeys, and how each is proved.
 *
 * <p>{@link io.millrace.broker.auth.Authenticator} is made from the options and never changes; I/O
 * loops ask it. What takes too long for them is done by threads of {@link
 * io.millrace.broker.auth.Authentication}, in an order in which those who guess passwords wait for
 * each other, and who has the right one doesn't wait for them.
 */
@NullMarked
package io.millrace.broker.auth;

import org.jspecify.annotations.NullMarked;
