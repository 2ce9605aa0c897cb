package io.millrace.bench.compare;

import io.millrace.bench.load.AckedLoad;
import io.millrace.bench.load.BesideLoad;
import io.millrace.bench.load.DirectGetLoad;
import io.millrace.bench.load.Kept;
import io.millrace.bench.load.Load;
import io.millrace.bench.load.RequestLoad;
import io.millrace.bench.load.SubjectsLoad;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One server that keeps streams in a store of its own, and what is asked of those. */
final class JetStreams {
    private static final int WINDOW = 500;

    private static final String CORE = "core request-reply, 1 requester";
    private static final String BESIDE = " beside a full publish load";
    private static final AckedLoad FULL = new AckedLoad(1, 1, 128, WINDOW, false);

    private JetStreams() {}

    /**
     * The server's configuration file.
     *
     * @param store the folder that its streams are kept in
     * @param always whether it syncs each message, though that isn't its default
     */
    static String configuration(Path store, boolean always) {
        return "jetstream { store_dir: \"%s\"%s }\n"
                .formatted(store, always ? ", sync_interval: always" : "");
    }

    /** Our own loads on streams, and on what isn't one beside them. */
    static List<Scenario> scenarios() {
        return scenarios(100_000, 1_000_000);
    }

    /**
     * The same with streams of other sizes.
     *
     * @param messages that single ones are gotten of
     * @param subjects of the stream that has very many
     */
    static List<Scenario> scenarios(int messages, int subjects) {
        List<Scenario> all = new ArrayList<>();
        all.add(scenario("async publish to a file, 128 B", FULL));
        all.add(
                scenario(
                        "async publish to a file, 1 KiB",
                        new AckedLoad(1, 1, 1024, WINDOW, false)));
        all.add(
                scenario(
                        "sync publish to a file, one in flight, 128 B",
                        new AckedLoad(1, 1, 128, 1, false)));
        all.add(scenario("async publish to memory, 128 B", new AckedLoad(1, 1, 128, WINDOW, true)));
        all.add(
                scenario(
                        "async publish to 100 streams at once, 128 B",
                        new AckedLoad(4, 25, 128, WINDOW, false)));
        all.add(
                scenario(
                        "direct get by sequence, 128 B",
                        new DirectGetLoad(Kept.MESSAGES, messages, 128)));
        Load requests = new RequestLoad(1, 16);
        all.add(scenario(CORE, requests));
        all.add(scenario(CORE + BESIDE, new BesideLoad(requests, FULL)));
        all.add(
                new Scenario(
                        "%,d subjects in a stream, 16 B".formatted(subjects),
                        new SubjectsLoad(subjects, 16),
                        false,
                        0));
        return all;
    }

    private static Scenario scenario(String name, Load load) {
        return Scenario.warm(name, load);
    }

    /** The scenario that does the same alone; the same name if there is none. */
    static String aloneName(String name) {
        return name.endsWith(BESIDE) ? name.substring(0, name.length() - BESIDE.length()) : name;
    }
}
