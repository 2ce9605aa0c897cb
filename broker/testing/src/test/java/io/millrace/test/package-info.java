/** What the annotations give, as tests of an application use them. */
@NullMarked
package io.millrace.test;

import org.jspecify.annotations.NullMarked;
