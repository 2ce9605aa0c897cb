package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Where a problem is reported that several keys make together: behind the key that brought it up.
 * The oracle reads the file bit by bit.
 */
@Tag("property")
class ProblemPlacesTest {
    private static final int FILES = 500 * Integer.getInteger("millrace.effort", 1);

    /** Each is wrong with some of the others, or by itself, or mends what others break. */
    private static final String[][] LINES = {
        {"port: 0", "port: 70000", "port: 4222"},
        {"listen: '127.0.0.1:0'", "listen: '127.0.0.1:4222'", "listen: nowhere"},
        {"max_payload: 2000", "max_payload: -1", "max_payload: 100MB"},
        {"max_pending: 1000", "max_pending: 200MB"},
        {"max_control_line: 40000", "max_control_line: 512"},
        {"ping_interval: '-1s'", "ping_interval: '1s'"},
        {"ping_max: -2", "ping_max: 3"},
        {"write_deadline: '-1s'", "write_deadline: 5"},
        {"lame_duck_duration: '31s'", "lame_duck_duration: '5s'"},
        {"lame_duck_grace_period: '40s'", "lame_duck_grace_period: '-1s'"},
        {"http_port: 8222", "http_port: 70000", "http_port: 0"},
        {"https_port: 8443", "https_port: 0"},
        {"monitor: {username: a}", "monitor: {username: 'a:b', password: c}"},
        {"authorization: {user: a, password: b}", "authorization: {password: b}"},
        {"no_auth_user: a", "system_account: S", "accounts: {S: {users: [{user: a}]}}"},
        {"cluster: {port: 70000, name: 'a b'}", "cluster: {port: 6222, ping_max: -1}"},
        {"log_size_limit: -1", "max_traced_msg_len: -1"},
        {"unknown: 1", "ANY: 2\nmax_connections: $ANY", "max_connections: -5"},
    };

    private static List<String> errors(List<String> lines) {
        MemorySource source = new MemorySource().file("c", String.join("\n", lines) + "\n");
        return ConfigFile.read(source, "c", new OptionsBuilder()).errors();
    }

    private static String message(String error) {
        return error.substring(error.indexOf(": ") + 2);
    }

    private static List<String> some(Random random) {
        List<String> lines = new ArrayList<>();
        for (String[] each : LINES) {
            if (random.nextInt(3) > 0) {
                lines.add(each[random.nextInt(each.length)]);
            }
        }
        Collections.shuffle(lines, random);
        return lines;
    }

    @Test
    void shouldBeBehindTheKeyThatBroughtThemUp() {
        int seen = 0;
        for (long seed = 0; seed < FILES; seed++) {
            List<String> lines = some(new Random(seed));
            for (String error : errors(lines)) {
                int most = 0;
                List<String> begin = List.of();
                while (begin.stream().noneMatch(each -> message(each).equals(message(error)))) {
                    begin = errors(lines.subList(0, ++most));
                }
                assertThat(begin).as("seed %d: %s", seed, lines).contains(error);
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(FILES);
    }
}
