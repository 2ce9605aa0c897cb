package io.millrace.broker.config.account;

import io.millrace.broker.config.Reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where imports of one kind lead. A place is a subject under which messages arrive in an account;
 * from there they go on by each import whose subject collides with it. Its circles are found by
 * Tarjan's algorithm, without recursion: a step for each place and each way on.
 */
final class ImportGraph {
    /** As many accounts the reference follows a message through. */
    private static final int MAX_CHAIN = 1024;

    /**
     * Ways from place to place. Imports of literal subjects have as many as there are imports; only
     * thousands of wildcards over each other have more.
     */
    private static final int MAX_WAYS = 4_000_000;

    private static final int NOT_YET = -1;

    /** A subject of an account. */
    private record Place(String account, String subject) {}

    /**
     * An import.
     *
     * @param to number of the place that it leads to
     */
    private record Way(ImportDraft draft, int number, int to) {}

    private final List<Place> places = new ArrayList<>();
    private final Map<Place, Integer> numbers = new HashMap<>();
    private final Map<String, Patterns<Way>> waysOn = new HashMap<>();
    private int ways;

    /** Adds an import, in the order of the configuration. */
    void add(ImportDraft draft, String account, String from, String toAccount, String to) {
        Place place = new Place(toAccount, to);
        Integer number = numbers.putIfAbsent(place, places.size());
        if (number == null) {
            number = places.size();
            places.add(place);
        }
        waysOn.computeIfAbsent(account, _ -> new Patterns<>())
                .add(from, new Way(draft, ways, number));
        ways++;
    }

    /** Reports imports that make a circle or too long a chain. */
    void check(Reading in) {
        Way[][] on = new Way[places.size()][];
        long found = 0;
        for (int i = 0; i < on.length; i++) {
            Place place = places.get(i);
            Patterns<Way> imports = waysOn.get(place.account());
            List<Way> each = imports == null ? List.of() : imports.colliding(place.subject());
            on[i] = each.toArray(Way[]::new);
            found += on[i].length;
            if (found > MAX_WAYS) {
                report(each.getFirst(), "search cycle depth exhausted", in);
                return;
            }
        }
        new Search(on, in).run();
    }

    private static void report(Way way, String problem, Reading in) {
        in.error(way.draft().at(), Imports.adding(way.draft()) + problem);
    }

    /** One search through all places; from each only back when all behind it is known. */
    private static final class Search {
        private final Way[][] on;
        private final Reading in;

        /** In which order places were come to. */
        private final int[] index;

        /** The first of the places that can be come back to from here. */
        private final int[] low;

        /** The next way on to try. */
        private final int[] next;

        /** Places there are in the longest chain from here. */
        private final int[] chain;

        /** Which circle a place is on, or itself alone. */
        private final int[] circle;

        private final int[] path;
        private final int[] open;
        private int seen;
        private int opened;

        Search(Way[][] on, Reading in) {
            this.on = on;
            this.in = in;
            index = new int[on.length];
            Arrays.fill(index, NOT_YET);
            low = new int[on.length];
            next = new int[on.length];
            chain = new int[on.length];
            circle = new int[on.length];
            Arrays.fill(circle, NOT_YET);
            path = new int[on.length];
            open = new int[on.length];
        }

        void run() {
            for (int i = 0; i < on.length; i++) {
                if (index[i] == NOT_YET) {
                    searchFrom(i);
                }
            }
        }

        private void searchFrom(int start) {
            int depth = 0;
            enter(start);
            path[depth] = start;
            while (depth >= 0) {
                int place = path[depth];
                if (next[place] < on[place].length) {
                    int to = on[place][next[place]].to();
                    next[place]++;
                    if (index[to] == NOT_YET) {
                        enter(to);
                        depth++;
                        path[depth] = to;
                    } else if (circle[to] == NOT_YET) {
                        low[place] = Math.min(low[place], index[to]);
                    }
                    continue;
                }
                if (low[place] == index[place]) {
                    close(place);
                }
                depth--;
                if (depth >= 0) {
                    low[path[depth]] = Math.min(low[path[depth]], low[place]);
                }
            }
        }

        private void enter(int place) {
            index[place] = seen;
            low[place] = seen;
            seen++;
            open[opened] = place;
            opened++;
        }

        /** All that is open from this place on is one circle, or it is no circle at all. */
        private void close(int first) {
            int from = opened;
            do {
                from--;
                circle[open[from]] = first;
            } while (open[from] != first);
            Way last = null;
            int longest = 0;
            Way longestWay = null;
            for (int i = from; i < opened; i++) {
                for (Way way : on[open[i]]) {
                    if (circle[way.to()] == first) {
                        last = last == null || way.number() > last.number() ? way : last;
                    } else if (chain[way.to()] > longest) {
                        longest = chain[way.to()];
                        longestWay = way;
                    }
                }
            }
            for (int i = from; i < opened; i++) {
                chain[open[i]] = longest + 1;
            }
            opened = from;
            if (last != null) {
                report(last, "import forms a cycle", in);
            } else if (longestWay != null && longest + 1 == MAX_CHAIN) {
                report(longestWay, "search cycle depth exhausted", in);
            }
        }
    }
}
