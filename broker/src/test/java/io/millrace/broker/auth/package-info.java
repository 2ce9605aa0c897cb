@NullMarked
package io.millrace.broker.auth;

import org.jspecify.annotations.NullMarked;
