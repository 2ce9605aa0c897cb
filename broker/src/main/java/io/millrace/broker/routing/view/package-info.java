/**
 * What monitoring shows of the routing: values that change no more, made on the routing thread and
 * read by any.
 */
@NullMarked
package io.millrace.broker.routing.view;

import org.jspecify.annotations.NullMarked;
