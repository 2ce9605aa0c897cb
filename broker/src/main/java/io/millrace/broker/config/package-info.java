/**
 * The language of configuration: its text, its values, and the rows that say what each key means.
 *
 * <p>Here is what all concerns share. Each concern is a package beside this one's language ({@code
 * config.limits}, {@code config.tls}, …) and has in one place its record, its keys (a row for each,
 * see {@link io.millrace.broker.config.Rows}), its checks, and what a reload may change. {@code
 * config.start} puts them together. To add an option is to add a row, and the field of a record.
 *
 * <p>Runs at start-up (and at reload) only; everything that leaves these packages is immutable, but
 * for what collects the options.
 */
@NullMarked
package io.millrace.broker.config;

import org.jspecify.annotations.NullMarked;
