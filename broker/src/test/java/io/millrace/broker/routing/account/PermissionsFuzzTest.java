package io.millrace.broker.routing.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules of any form say what naive ones do of subjects and queue groups of any bytes.
 *
 * <p>An input is lines: a first one whose letters say what each of the others is, and then rules,
 * subjects and queue groups. {@code JAZZER_FUZZ=1 mvn verify -pl protocol,broker
 * -Dtest=PermissionsFuzzTest -Dsurefire.failIfNoSpecifiedTests=false} fuzzes; without the variable
 * the seeds run.
 */
class PermissionsFuzzTest {
    private static final int MAX_BYTES = 4096;

    @FuzzTest(maxExecutions = 1_000_000, maxDuration = "8m")
    void shouldAgreeWithNaiveOnesAboutAnything(byte[] input) {
        if (input.length > MAX_BYTES) {
            return;
        }
        String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", -1);
        List<String> publishAllow = new ArrayList<>();
        List<String> publishDeny = new ArrayList<>();
        List<String> subscribeAllow = new ArrayList<>();
        List<String> subscribeDeny = new ArrayList<>();
        List<String> subjects = new ArrayList<>();
        List<String> queues = new ArrayList<>(List.of(""));
        for (int i = 1; i < lines.length && i <= lines[0].length(); i++) {
            boolean subscribe = "as".indexOf(lines[0].charAt(i - 1)) >= 0;
            String rule = rule(lines[i], subscribe);
            switch (lines[0].charAt(i - 1)) {
                case 'a' -> addRule(subscribeAllow, rule);
                case 's' -> addRule(subscribeDeny, rule);
                case 'p' -> addRule(publishAllow, rule);
                case 'd' -> addRule(publishDeny, rule);
                case 'q' -> queues.add(lines[i]);
                default -> subjects.add(lines[i]);
            }
        }
        NaivePermissions naive =
                new NaivePermissions(
                        new PermissionOptions(
                                new SubjectRules(orNull(publishAllow), publishDeny),
                                new SubjectRules(orNull(subscribeAllow), subscribeDeny),
                                null));
        check(
                naive,
                new Permissions(naive.options(), VerdictRoom.ofConfiguration()),
                subjects,
                queues);
    }

    /** What the configuration lets pass: a subject, for subscriptions maybe with a queue group. */
    private static String rule(String line, boolean subscribe) {
        if (line.chars().anyMatch(c -> c >= 0x80)) {
            return ""; // is other bytes in a configuration
        }
        if (Subject.isValid(line)) {
            return line;
        }
        String[] parts = line.strip().split("\\s+");
        boolean valid =
                subscribe
                        && parts.length == 2
                        && Subject.isValid(parts[0])
                        && Subject.isValid(parts[1]);
        return valid ? parts[0] + " " + parts[1] : "";
    }

    private static void addRule(List<String> rules, String rule) {
        if (!rule.isEmpty()) {
            rules.add(rule);
        }
    }

    private static List<String> orNull(List<String> allow) {
        return allow.isEmpty() ? null : allow;
    }

    private static void check(
            NaivePermissions naive,
            Permissions compiled,
            List<String> subjects,
            List<String> queues) {
        try (NativeBlock block = NativeBlock.allocate(MAX_BYTES + 1)) {
            Region memory = block.region();
            for (String subject : subjects) {
                byte[] bytes = subject.getBytes(StandardCharsets.ISO_8859_1);
                memory.put(0, bytes);
                assertThat(compiled.mayPublish(memory, 0, bytes.length, 0))
                        .as("%s publishes '%s'", naive, subject)
                        .isEqualTo(naive.mayPublish(subject));
                for (String queue : queues) {
                    checkSubscription(naive, compiled, subject, queue, subjects, memory);
                }
            }
        }
    }

    private static void checkSubscription(
            NaivePermissions naive,
            Permissions compiled,
            String subject,
            String queue,
            List<String> messages,
            Region memory) {
        byte[] bytes = subject.getBytes(StandardCharsets.ISO_8859_1);
        byte[] group = queue.getBytes(StandardCharsets.ISO_8859_1);
        boolean may = compiled.maySubscribe(bytes, group);
        assertThat(may)
                .as("%s subscribes to '%s' in '%s'", naive, subject, queue)
                .isEqualTo(naive.maySubscribe(subject, queue));
        Permissions.DeliveryFilter filter = compiled.filter(bytes, group);
        for (String message : may ? messages : List.<String>of()) {
            byte[] sent = message.getBytes(StandardCharsets.ISO_8859_1);
            memory.put(0, sent);
            if (NaivePermissions.matches(subject, message)) {
                assertThat(filter == null || filter.passes(memory, 0, sent.length, 0))
                        .as("%s gets '%s' by '%s' in '%s'", naive, message, subject, queue)
                        .isEqualTo(!naive.isDenied(message, queue));
            }
        }
    }
}
