package io.millrace.bench.compare;

import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Charts as SVG text. */
final class Chart {
    /** A group of bars: one scenario. */
    record Bars(String name, Map<String, Double> values) {}

    /** A line: the latency of one server. */
    record Curve(String name, Histogram latencyNs) {}

    private static final String[] COLOURS = {
        "#2f6fb0", "#9cc3e6", "#c2632a", "#f0bd95", "#4c9a52", "#b6dcb4"
    };
    private static final int WIDTH = 900;
    private static final int LABELS = 330;
    private static final int BAR = 9;

    private Chart() {}

    /** Horizontal bars around a line at 1. */
    static String bars(String title, List<Bars> groups) {
        int height = 70;
        double most = 2;
        for (Bars group : groups) {
            height += group.values().size() * BAR + 10;
            for (double value : group.values().values()) {
                most = Math.max(most, Math.min(value, 4));
            }
        }
        double scale = (WIDTH - LABELS - 60) / most;
        StringBuilder svg = open(title, height);
        List<String> names =
                groups.isEmpty() ? List.of() : List.copyOf(groups.getFirst().values().keySet());
        legend(svg, names);
        int y = 60;
        for (Bars group : groups) {
            int middle = y + group.values().size() * BAR / 2 + 4;
            text(svg, LABELS - 8, middle, "end", group.name());
            int colour = 0;
            for (double value : group.values().values()) {
                double length = Math.min(value, most) * scale;
                svg.append(
                        "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>\n"
                                .formatted(LABELS, y, length, BAR - 1, colour(colour++)));
                svg.append(
                        "<text x='%.1f' y='%d' font-size='8'>%.2f</text>\n"
                                .formatted(LABELS + length + 3, y + BAR - 2, value));
                y += BAR;
            }
            y += 10;
        }
        double one = LABELS + scale;
        svg.append(
                "<line x1='%.1f' y1='50' x2='%.1f' y2='%d' stroke='#555' stroke-dasharray='3 3'/>\n"
                        .formatted(one, one, height - 10));
        return svg.append("</svg>\n").toString();
    }

    /** Latency over percentiles, both axes logarithmic, as HdrHistogram's plots are. */
    static String percentiles(String title, List<Curve> curves) {
        int height = 420;
        int bottom = height - 45;
        int left = 70;
        StringBuilder svg = open(title + ", µs", height);
        double highest = 10;
        double lowest = 1e9;
        for (Curve curve : curves) {
            highest = Math.max(highest, curve.latencyNs().getMaxValue() / 1e3);
            lowest = Math.min(lowest, curve.latencyNs().getMinNonZeroValue() / 1e3);
        }
        double from = Math.floor(Math.log10(Math.max(1, lowest)));
        double to = Math.ceil(Math.log10(highest));
        double perDecade = (bottom - 60) / Math.max(1, to - from);
        double perNine = (WIDTH - left - 30) / 5.0;
        for (int decade = (int) from; decade <= to; decade++) {
            double y = bottom - (decade - from) * perDecade;
            svg.append(
                    "<line x1='%d' y1='%.1f' x2='%d' y2='%.1f' stroke='#ddd'/>\n"
                            .formatted(left, y, WIDTH - 30, y));
            text(svg, left - 6, (int) y + 4, "end", "%,.0f".formatted(Math.pow(10, decade)));
        }
        String[] nines = {"0", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %"};
        for (int i = 0; i < nines.length; i++) {
            text(svg, (int) (left + i * perNine), bottom + 18, "middle", nines[i]);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < curves.size(); i++) {
            Curve curve = curves.get(i);
            names.add(curve.name());
            StringBuilder points = new StringBuilder();
            for (double nine = 0; nine <= 5; nine += 0.05) {
                double percentile = 100 * (1 - Math.pow(10, -nine));
                double us = curve.latencyNs().getValueAtPercentile(percentile) / 1e3;
                double y = bottom - (Math.log10(Math.max(1, us)) - from) * perDecade;
                points.append("%.1f,%.1f ".formatted(left + nine * perNine, y));
            }
            svg.append(
                    "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>\n"
                            .formatted(points.toString().strip(), colour(2 * i)));
        }
        legend(svg, names, 2);
        return svg.append("</svg>\n").toString();
    }

    private static StringBuilder open(String title, int height) {
        StringBuilder svg = new StringBuilder();
        svg.append(
                ("<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d'"
                                + " font-family='sans-serif' font-size='11'>\n"
                                + "<rect width='100%%' height='100%%' fill='white'/>\n")
                        .formatted(WIDTH, height));
        svg.append("<text x='12' y='22' font-size='15'>%s</text>\n".formatted(escape(title)));
        return svg;
    }

    private static void legend(StringBuilder svg, List<String> names) {
        legend(svg, names, 1);
    }

    private static void legend(StringBuilder svg, List<String> names, int colourStep) {
        int x = 12;
        for (int i = 0; i < names.size(); i++) {
            svg.append(
                    "<rect x='%d' y='34' width='10' height='10' fill='%s'/>\n"
                            .formatted(x, colour(colourStep * i)));
            text(svg, x + 14, 43, "start", names.get(i));
            x += 30 + 7 * names.get(i).length();
        }
    }

    private static void text(StringBuilder svg, int x, int y, String anchor, String text) {
        svg.append(
                "<text x='%d' y='%d' text-anchor='%s'>%s</text>\n"
                        .formatted(x, y, anchor, escape(text)));
    }

    private static String colour(int index) {
        return COLOURS[index % COLOURS.length];
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
