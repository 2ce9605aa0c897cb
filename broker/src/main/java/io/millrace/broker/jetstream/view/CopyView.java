package io.millrace.broker.jetstream.view;

import java.util.function.Supplier;

/**
 * How the copy of another stream fares.
 *
 * @param name the other stream's
 * @param api what requests to its server begin with; empty if it is here
 * @param deliver what its messages come on; empty if it is here
 * @param lag messages that are to come
 * @param activeNs since something was heard of it; -1 if nothing was yet
 * @param json all of that and more, an object; any thread asks for it, and only if it is to be
 *     shown
 */
public record CopyView(
        String name, String api, String deliver, long lag, long activeNs, Supplier<String> json) {}
