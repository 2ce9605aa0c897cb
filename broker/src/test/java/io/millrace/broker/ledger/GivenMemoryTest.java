package io.millrace.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that Linux tells it by, made up. */
class GivenMemoryTest {
    private static final long MIB = 1024 * 1024;
    private static final long MACHINE = 8_000_000L * 1024;

    @TempDir Path root;

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void machine() throws IOException {
        file("proc/meminfo", "MemTotal:        8000000 kB\nMemFree:          500000 kB\n");
    }

    private long given() {
        return GivenMemory.bytes(root);
    }

    @Test
    void shouldBeTheMachinesWithoutControlGroups() throws Exception {
        machine();
        assertThat(given()).isEqualTo(MACHINE);
    }

    @Test
    void shouldBeWhatTheContainersGroupOfVersionTwoMayUse() throws Exception {
        machine();
        file("proc/self/cgroup", "0::/\n");
        file("sys/fs/cgroup/memory.max", 512 * MIB + "\n");
        assertThat(given()).isEqualTo(512 * MIB);
    }

    @Test
    void shouldBeTheMachinesWhereTheGroupMayUseAllOfIt() throws Exception {
        machine();
        file("proc/self/cgroup", "0::/app.slice\n");
        file("sys/fs/cgroup/app.slice/memory.max", "max\n");
        assertThat(given()).isEqualTo(MACHINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pods", "pods/pod7", "pods/pod7/millrace"})
    void shouldBeTheLeastOfAGroupAndThoseAroundIt(String tightest) throws Exception {
        machine();
        file("proc/self/cgroup", "0::/pods/pod7/millrace\n");
        file("sys/fs/cgroup/pods/memory.max", 4096 * MIB + "\n");
        file("sys/fs/cgroup/pods/pod7/memory.max", "max\n");
        file("sys/fs/cgroup/pods/pod7/millrace/memory.max", 2048 * MIB + "\n");
        file("sys/fs/cgroup/" + tightest + "/memory.max", 300 * MIB + "\n");
        file("sys/fs/cgroup/pods/other/memory.max", MIB + "\n");
        assertThat(given()).isEqualTo(300 * MIB);
    }

    @Test
    void shouldBeWhatTheGroupOfVersionOneMayUse() throws Exception {
        machine();
        file(
                "proc/self/cgroup",
                "12:cpu,cpuacct:/docker/abc\n5:hugetlb,memory:/docker/abc\n1:name=systemd:/x\n");
        file("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", 700 * MIB + "\n");
        file("sys/fs/cgroup/cpu/docker/abc/memory.limit_in_bytes", MIB + "\n");
        assertThat(given()).isEqualTo(700 * MIB);
    }

    /** The path is that outside of the container, where the group is the top of the mount. */
    @Test
    void shouldBeTheTopsOfTheMountWhereTheGroupIsNotThere() throws Exception {
        machine();
        file("proc/self/cgroup", "4:memory:/kubepods/pod7\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", 600 * MIB + "\n");
        assertThat(given()).isEqualTo(600 * MIB);
        file("proc/self/cgroup", "0::/../../other\n");
        file("sys/fs/cgroup/memory.max", 500 * MIB + "\n");
        assertThat(given()).isEqualTo(500 * MIB);
    }

    /** Version 1 has no word for no limit: it says the largest number of whole pages. */
    @Test
    void shouldNotBeMoreThanTheMachineHas() throws Exception {
        machine();
        file("proc/self/cgroup", "4:memory:/\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertThat(given()).isEqualTo(MACHINE);
    }

    @Test
    void shouldPassOverWhatItCannotRead() throws Exception {
        machine();
        file("proc/self/cgroup", "nonsense\n0::/a\n:::\n");
        file("sys/fs/cgroup/a/memory.max", "much\n");
        file("sys/fs/cgroup/memory.max", "\n");
        assertThat(given()).isEqualTo(MACHINE);
    }

    @Test
    void shouldAskTheJvmWhereThereAreNoSuchFiles() {
        assertThat(given()).isGreaterThan(64 * MIB);
        assertThat(GivenMemory.bytes()).isBetween(64 * MIB, Long.MAX_VALUE - 1);
    }
}
