/** How what other servers are sent is compressed: routes and leaf nodes say it alike. */
@NullMarked
package io.millrace.broker.config.compression;

import org.jspecify.annotations.NullMarked;
