package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a JVM is looked for. */
class NewerJavaTest {
    private static final Path HERE = Path.of(System.getProperty("java.home"));

    @TempDir private Path folder;

    @AfterEach
    void forgetTheName() {
        System.clearProperty(NewerJava.PROPERTY);
    }

    @Test
    void shouldFindTheOneThatThisTestRunsOn() throws Exception {
        assertThat(NewerJava.find()).isExecutable();
    }

    @Test
    void shouldPassOverWhatIsOlderOrNoJdk() throws Exception {
        Path older = Files.createDirectory(folder.resolve("jdk-21"));
        Files.writeString(older.resolve("release"), "JAVA_VERSION=\"21.0.4\"\n");
        assertThat(NewerJava.find(List.of(folder, older, HERE)))
                .isEqualTo(HERE.resolve("bin").resolve("java"));
    }

    @Test
    void shouldSayWhatToInstallIfThereIsNone() {
        assertThatThrownBy(() -> NewerJava.find(List.of(folder)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("needs Java 25 or later")
                .hasMessageContaining("install a JDK 25 (https://adoptium.net)")
                .hasMessageContaining("millrace.java.home");
    }

    @Test
    void shouldTakeTheOneThatIsNamedOrNone() throws Exception {
        System.setProperty(NewerJava.PROPERTY, HERE.toString());
        assertThat(NewerJava.find()).isEqualTo(HERE.resolve("bin").resolve("java"));
        System.setProperty(NewerJava.PROPERTY, folder.toString());
        assertThatThrownBy(NewerJava::find)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("millrace.java.home names " + folder);
    }
}
