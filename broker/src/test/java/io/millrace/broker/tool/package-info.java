@NullMarked
package io.millrace.broker.tool;

import org.jspecify.annotations.NullMarked;
