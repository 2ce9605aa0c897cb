package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class LocalZoneTest {
    @Test
    void shouldKnowUtcFromTheEnvironmentBeforeTheLinkOfTheSystem(@TempDir Path folder)
            throws IOException {
        Path utc = link(folder, "utc", "zoneinfo/Etc/UTC");
        Path berlin = link(folder, "berlin", "zoneinfo/Europe/Berlin");

        assertThat(LocalZone.isUtc("UTC", berlin)).isTrue();
        assertThat(LocalZone.isUtc("Europe/Berlin", utc)).isFalse();
        assertThat(LocalZone.isUtc(null, utc)).isTrue();
        assertThat(LocalZone.isUtc(null, berlin)).isFalse();
        assertThat(LocalZone.isUtc(null, folder.resolve("none"))).isFalse();
    }

    private static Path link(Path folder, String name, String target) throws IOException {
        return Files.createSymbolicLink(folder.resolve(name), Path.of(target));
    }
}
