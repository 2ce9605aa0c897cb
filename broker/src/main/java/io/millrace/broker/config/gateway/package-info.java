/** The options of gateways: their block of the configuration. Start-up and reload. */
@NullMarked
package io.millrace.broker.config.gateway;

import org.jspecify.annotations.NullMarked;
