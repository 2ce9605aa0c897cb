package io.millrace.broker.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;

class RealDiskTest {
    @TempDir Path folder;

    @Test
    void shouldWriteReadAndMapAFile() throws IOException {
        RealDisk disk = new RealDisk(folder.resolve("root"));
        disk.makeDirectories("a/b");
        try (DiskFile file = disk.create("a/b/c", 10_000);
                NativeBlock block = NativeBlock.allocate(100)) {
            Region bytes = block.region();
            bytes.put(0, new byte[100]);
            bytes.putLong(10, 42);
            file.write(5000, bytes, 10, 8);
            file.sync();
            disk.syncDirectory("a/b");
            assertThat(file.size()).isEqualTo(10_000);
            assertThat(file.map(10_000).getLong(5000)).isEqualTo(42);
            assertThat(file.map(10_000).getLong(6000)).isZero();
            file.read(4996, bytes, 0, 16);
            assertThat(bytes.getLong(4)).isEqualTo(42);
            assertThatThrownBy(() -> file.read(9_999, bytes, 0, 2))
                    .isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> file.map(10_001)).isInstanceOf(EOFException.class);
            file.truncate(20_000);
            assertThat(file.size()).isEqualTo(20_000);
            assertThat(disk.freeBytes()).isPositive();
        }
    }

    @Test
    void shouldNameFiles() throws IOException {
        RealDisk disk = new RealDisk(folder);
        disk.makeDirectories("d");
        disk.create("d/two", 0).close();
        disk.create("d/one", 0).close();
        assertThat(disk.list("d")).containsExactly("one", "two");
        assertThatThrownBy(() -> disk.create("d/one", 0)).isInstanceOf(IOException.class);
        disk.rename("d/one", "d/two");
        assertThat(disk.list("d")).containsExactly("two");
        assertThat(disk.exists("d/one")).isFalse();
        assertThatThrownBy(() -> disk.open("d/one")).isInstanceOf(IOException.class);
        disk.delete("d/two");
        assertThat(disk.list("d")).isEmpty();
    }
}
