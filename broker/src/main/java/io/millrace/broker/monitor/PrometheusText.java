package io.millrace.broker.monitor;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Prometheus' text format. Each series carries the server's id; those who write see to it that
 * there are never more than so many.
 */
final class PrometheusText {
    private final StringBuilder lines = new StringBuilder(8 * 1024);
    private final String id;
    private String name = "";

    PrometheusText(String id) {
        this.id = id;
    }

    /** A number of {@code /varz}; all of them are gauges with the exporter. */
    void varz(String field, double value) {
        exported("varz_" + field, value);
    }

    /** A number of an endpoint, whose name it begins with. */
    void exported(String field, double value) {
        head("gnatsd_" + field, "gauge", field.substring(field.indexOf('_') + 1));
        value("", value);
    }

    /** Begins a number of our own; its values follow. */
    void own(String ownName, String type, String help) {
        head("millrace_" + ownName, type, help);
    }

    /** Begins a number that others have a name for; its values follow. */
    void family(String itsName, String type, String help) {
        head(itsName, type, help);
    }

    private void head(String newName, String type, String help) {
        name = newName;
        lines.append("# HELP ").append(name).append(' ').append(help).append('\n');
        lines.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /**
     * A value of what was begun last.
     *
     * @param labels as they stand in the text, quotation marks included; empty for none
     */
    void value(String labels, double value) {
        part("", labels, value);
    }

    /** A text as it may stand between the quotation marks of a label. */
    static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    void part(String suffix, String labels, double value) {
        lines.append(name).append(suffix).append("{server_id=\"").append(id).append('"');
        lines.append(labels.isEmpty() ? "" : ",").append(labels).append("} ");
        lines.append(number(value)).append('\n');
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.9g", value);
    }

    byte[] toBytes() {
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
