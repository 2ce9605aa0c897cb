package io.millrace.bench.soak;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** All that goes on at the server. */
final class Bustle {
    private static final long GUEST_PAUSE_NS = 2_000_000;
    private static final long READER_PAUSE_NS = 100_000_000;

    private final List<Traffic> streams;
    private final List<Guests> guests;
    private final Rowdies rowdies;
    private final Silent silent;
    private final PageReader reader;
    private final List<Repeated> comings = new ArrayList<>();

    Bustle(PlainEntrance plain, TlsEntrance tls, int httpPort) throws IOException {
        streams = List.of(new Traffic(plain, 0), new Traffic(tls, 1));
        guests = List.of(new Guests(plain), new Guests(tls));
        rowdies = new Rowdies(plain, tls);
        silent = new Silent(plain, tls);
        reader = new PageReader(httpPort);
        // First, since it takes longest to hold up.
        comings.add(new Repeated("silent", GUEST_PAUSE_NS, silent::come));
        for (Guests each : guests) {
            comings.add(new Repeated("guests", GUEST_PAUSE_NS, each::come));
        }
        comings.add(new Repeated("rowdies", GUEST_PAUSE_NS, rowdies::come));
        comings.add(new Repeated("reader", READER_PAUSE_NS, reader::read));
    }

    /** Does something while nobody comes or goes; the traffic goes on. */
    <T> T inCalm(Callable<T> what) throws Exception {
        comings.forEach(Repeated::holdUp);
        try {
            return what.call();
        } finally {
            comings.forEach(Repeated::resume);
        }
    }

    /** Whether something went wrong. */
    boolean isFaulty() {
        return Stream.concat(
                        streams.stream().map(Traffic::fault), comings.stream().map(Repeated::fault))
                .anyMatch(fault -> !fault.isEmpty());
    }

    /** Ends it; returns what went wrong. */
    List<String> stop() throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>();
        for (Repeated each : comings) {
            faults.add(each.stop());
        }
        for (Traffic stream : streams) {
            faults.add(stream.stop());
        }
        reader.close();
        faults.removeIf(String::isEmpty);
        return faults;
    }

    /** What has happened so far, one line each. */
    List<String> lines() {
        return Stream.of(streams, guests, List.of(rowdies, silent, reader))
                .flatMap(List::stream)
                .map(Object::toString)
                .toList();
    }
}
