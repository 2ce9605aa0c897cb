/** What those have in common that are spoken to by HTTP: bounds of what a request may take up. */
@NullMarked
package io.millrace.broker.transport.http;

import org.jspecify.annotations.NullMarked;
