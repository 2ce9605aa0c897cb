/**
 * Accounts: the tenants of the server, what the users in them may do, and what of theirs crosses to
 * other servers.
 *
 * <p>Belongs to the routing thread, but for what says that it doesn't.
 */
@NullMarked
package io.millrace.broker.routing.account;

import org.jspecify.annotations.NullMarked;
