package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every benchmark runs once, so that none rots: they check their own answers. */
class BenchmarksTest {
    private static final TimeValue SHORT = TimeValue.milliseconds(10);

    /** Of those that say how many subjects there are. */
    private static final String FEW = "1000";

    @TestFactory
    Stream<DynamicTest> shouldRun() {
        return BenchmarkList.defaultList()
                .getAll(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        List.of())
                .stream()
                .map(
                        benchmark ->
                                DynamicTest.dynamicTest(
                                        benchmark.getUsername(),
                                        () -> run(benchmark.getUsername())));
    }

    private static void run(String benchmark) throws Exception {
        Options options =
                new OptionsBuilder()
                        .include("^" + Pattern.quote(benchmark) + "$")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(SHORT)
                        .param("subjects", FEW)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build();
        Collection<RunResult> results = new Runner(options).run();
        assertThat(results).isNotEmpty();
        assertThat(results)
                .allSatisfy(
                        result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
    }
}
