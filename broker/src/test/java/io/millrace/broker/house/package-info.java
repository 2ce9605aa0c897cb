/** House rules: what may depend on what, and how sources look. Each says how to mend a breach. */
@NullMarked
package io.millrace.broker.house;

import org.jspecify.annotations.NullMarked;
