/**
 * Matching: who has asked for a subject. The trie of what is asked for, the results that it gives,
 * and the cache in front of it. Knows nobody: whoever asks for something is an {@code Interest},
 * here or elsewhere.
 *
 * <p>Belongs to the routing thread.
 */
@NullMarked
package io.millrace.broker.routing.match;

import org.jspecify.annotations.NullMarked;
