package io.millrace.broker.monitor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What the exporter tells of several things of a kind, number by number.
 *
 * @param prefix what the numbers' names begin with
 * @param shown the things, by their labels, in the order that they are written in
 */
record ExportedSeries<T>(MetricsText text, String prefix, Map<Labels, T> shown) {
    /** Of those with the same labels, the first one is told of. */
    static <T> ExportedSeries<T> of(
            MetricsText text, String prefix, List<T> things, Function<T, Labels> labels) {
        Map<Labels, T> shown = new LinkedHashMap<>();
        things.forEach(each -> shown.putIfAbsent(labels.apply(each), each));
        return new ExportedSeries<>(text, prefix, shown);
    }

    void gauge(String name, ToDoubleFunction<T> number) {
        gauge(name, name, number);
    }

    void gauge(String name, String help, ToDoubleFunction<T> number) {
        text.gauge(prefix + name, help);
        values(number);
    }

    void counter(String name, ToDoubleFunction<T> number) {
        text.misnamedCounter(prefix + name, name);
        values(number);
    }

    /** Those of the number that was begun. */
    void values(ToDoubleFunction<T> number) {
        shown.forEach((labels, each) -> text.value(labels, number.applyAsDouble(each)));
    }
}
