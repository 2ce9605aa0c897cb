/** What is said of services here holds for each of them. */
@NullMarked
package io.millrace.broker.service;

import org.jspecify.annotations.NullMarked;
