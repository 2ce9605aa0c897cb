/** Tests of what the server may keep for its peers, and of what follows from whose memory. */
@NullMarked
package io.millrace.broker.ledger;

import org.jspecify.annotations.NullMarked;
