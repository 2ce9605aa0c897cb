/** Who may connect, and what each may do. */
@NullMarked
package io.millrace.broker.config.auth;

import org.jspecify.annotations.NullMarked;
