/**
 * JSON as the reference's JetStream API reads and writes it, that is as Go's {@code encoding/json}
 * does: names in any case, the words of its errors, what is escaped, how times look.
 *
 * <p>Knows no request and no stream; a schema says what may be there. Any thread; an object of this
 * package belongs to one.
 */
@NullMarked
package io.millrace.broker.jetstream.json;

import org.jspecify.annotations.NullMarked;
