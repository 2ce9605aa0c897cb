/**
 * Files as the store sees them, and the errands in which whatever can block is done elsewhere.
 *
 * <p>Disks and files may be used by any thread, one at a time.
 */
@NullMarked
package io.millrace.broker.store.disk;

import org.jspecify.annotations.NullMarked;
