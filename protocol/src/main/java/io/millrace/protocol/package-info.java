@NullMarked
package io.millrace.protocol;

import org.jspecify.annotations.NullMarked;
