/** What the one jar promises, tried on the jar itself. */
@NullMarked
package io.millrace.embedded;

import org.jspecify.annotations.NullMarked;
