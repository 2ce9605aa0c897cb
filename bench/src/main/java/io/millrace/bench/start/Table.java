package io.millrace.bench.start;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A table of medians: a row for each server, a column for each figure of its lives.
 *
 * @param <L> one life
 */
final class Table<L> {
    /**
     * A figure.
     *
     * @param name with its unit
     * @param values of one life, of which there may be several
     */
    record Column<L>(String name, Function<L, List<Double>> values) {}

    private final List<Column<L>> columns;

    Table(List<Column<L>> columns) {
        this.columns = columns;
    }

    /** Prints it. */
    void print(Map<String, List<L>> lives) {
        StringBuilder head = new StringBuilder("| server |");
        StringBuilder line = new StringBuilder("|---|");
        for (Column<L> column : columns) {
            head.append(' ').append(column.name()).append(" |");
            line.append("---:|");
        }
        System.out.println(head);
        System.out.println(line);
        lives.forEach(this::print);
    }

    private void print(String server, List<L> lives) {
        StringBuilder row = new StringBuilder("| ").append(server).append(" |");
        for (Column<L> column : columns) {
            Figure figure = new Figure();
            lives.forEach(life -> column.values().apply(life).forEach(figure::add));
            row.append(' ').append(figure.text()).append(" |");
        }
        System.out.println(row);
    }
}
