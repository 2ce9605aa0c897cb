/** What accounts share, how they map subjects, and what bounds them. Start-up. */
@NullMarked
package io.millrace.broker.config.account;

import org.jspecify.annotations.NullMarked;
