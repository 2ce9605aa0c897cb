package io.millrace.bench.siege;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every siege for a moment, in both threading modes, against the executable that the build made;
 * {@code bench/bin/siege} by hand for longer.
 *
 * <p>{@code -Dsiege.seconds}, {@code -Dsiege.threading}, {@code -Dsiege.heap} and {@code
 * -Dsiege.native} say for how long, and how many MiB the server has.
 */
@Tag("siege")
@Timeout(120)
class SiegeIT {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("basedir", System.getProperty("user.dir")))
                    .resolve("../broker/target/millrace/bin/millrace")
                    .normalize();
    private static final double SECONDS =
            Double.parseDouble(System.getProperty("siege.seconds", "0.8"));
    private static final List<String> THREADING =
            List.of(System.getProperty("siege.threading", "inline,dedicated").split(","));
    private static final Bounds BOUNDS =
            new Bounds(
                    Integer.getInteger("siege.heap", 256), Integer.getInteger("siege.native", 256));

    /** Far more than any answer takes: this is no measurement. */
    private static final double WORST_MS = 5_000;

    private static final Map<String, Arena> ARENAS = new HashMap<>();

    @TempDir private static Path folder;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Certificate.make(folder);
        for (String threading : THREADING) {
            ARENAS.put(threading, new Arena(LAUNCHER, folder, threading, BOUNDS));
        }
    }

    @AfterAll
    static void endServers() throws Exception {
        List<String> faults = new ArrayList<>();
        for (Arena arena : ARENAS.values()) {
            try (arena) {
                faults.addAll(arena.end());
            }
        }
        assertThat(faults).isEmpty();
    }

    static Stream<Arguments> sieges() {
        return THREADING.stream()
                .flatMap(
                        threading ->
                                Sieges.all().stream()
                                        .map(
                                                siege ->
                                                        Arguments.of(
                                                                Named.of(siege.sentence(), siege),
                                                                threading)));
    }

    @ParameterizedTest(name = "should serve everybody else when {0} ({1})")
    @MethodSource("sieges")
    void shouldServeEverybodyElse(Siege siege, String threading) throws Exception {
        Arena arena = ARENAS.get(threading);
        assertThat(arena).isNotNull();
        Verdict verdict = arena.run(siege, SECONDS);
        System.out.println(verdict);
        assertThat(verdict.faults()).isEmpty();
        assertThat(verdict.observation().worstMs())
                .as("ms to the worst answer")
                .isLessThan(WORST_MS);
    }
}
