/** What a publish says and the tables of its checks, each against the simplest of its kind. */
@NullMarked
package io.millrace.broker.jetstream.publish;

import org.jspecify.annotations.NullMarked;
