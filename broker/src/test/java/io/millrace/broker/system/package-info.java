@NullMarked
package io.millrace.broker.system;

import org.jspecify.annotations.NullMarked;
