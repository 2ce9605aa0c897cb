package io.millrace.broker.log;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The rotated files beside a log file. As in the reference they are named {@code
 * <name>.YYYY.MM.DD.HH.MM.SS.nnnnnnnnn}, so that their order by name is their order in time.
 */
record LogBackups(Path logFile) {
    private static final Pattern STAMP =
            Pattern.compile("\\d{4}\\.\\d{2}\\.\\d{2}\\.\\d{2}\\.\\d{2}\\.\\d{2}\\.\\d{1,9}");

    /** The name for a backup made now, moved on by nanoseconds if there is such a file already. */
    Path next(LocalDateTime now) {
        LocalDateTime time = now;
        Path backup = named(time);
        while (Files.exists(backup)) {
            time = time.plusNanos(1);
            backup = named(time);
        }
        return backup;
    }

    private Path named(LocalDateTime time) {
        StringBuilder name = new StringBuilder().append(fileName()).append('.');
        LineTime.appendDate(name, time, '.').append('.');
        LineTime.appendDigits(name, time.getHour(), 2).append('.');
        LineTime.appendDigits(name, time.getMinute(), 2).append('.');
        LineTime.appendDigits(name, time.getSecond(), 2).append('.');
        LineTime.appendDigits(name, time.getNano(), 9);
        return logFile.resolveSibling(name.toString());
    }

    /** The oldest backups beyond the number to keep, oldest first. */
    List<Path> beyond(int kept) throws IOException {
        List<Path> backups = new ArrayList<>();
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(folder())) {
            for (Path file : folder) {
                if (isBackup(file.getFileName().toString()) && Files.isRegularFile(file)) {
                    backups.add(file);
                }
            }
        }
        Collections.sort(backups);
        return backups.subList(0, Math.max(0, backups.size() - kept));
    }

    Path folder() {
        return logFile.toAbsolutePath().getParent();
    }

    private boolean isBackup(String name) {
        String prefix = fileName() + '.';
        return name.startsWith(prefix) && STAMP.matcher(name.substring(prefix.length())).matches();
    }

    private String fileName() {
        return String.valueOf(logFile.getFileName());
    }
}
