/** Where clients find the server, and what it says about itself. */
@NullMarked
package io.millrace.broker.config.listen;

import org.jspecify.annotations.NullMarked;
