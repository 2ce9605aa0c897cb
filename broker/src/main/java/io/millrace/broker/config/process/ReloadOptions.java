package io.millrace.broker.config.process;

/**
 * How a reload of the configuration goes about changes that need a restart.
 *
 * @param strict whether one of them stops the whole reload; if not, all others are applied
 */
public record ReloadOptions(boolean strict) {}
