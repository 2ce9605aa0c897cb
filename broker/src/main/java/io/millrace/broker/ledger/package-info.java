/**
 * What the server keeps for its peers, in bytes: who owes how much, of which kind, and how much the
 * server may keep in all.
 *
 * <p>Whoever keeps something for somebody charges it where it is kept, before or as it is kept, and
 * credits it when it is given back. Any thread.
 */
@NullMarked
package io.millrace.broker.ledger;

import org.jspecify.annotations.NullMarked;
