package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.SubjectFilter;
import io.millrace.protocol.SubjectTokens;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Who is found for a subject must be whom a look at each of them finds. */
class InterestedTest {
    private static final List<String> TOKENS = List.of("a", "b", "c", "dd", "e*", ">x");

    private final Random random = new Random(3);

    private String subject() {
        StringBuilder subject = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String token = TOKENS.get(random.nextInt(4));
            subject.append(subject.isEmpty() ? "" : ".").append(token);
        }
        return subject.toString();
    }

    private String filter() {
        StringBuilder filter = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String token = random.nextInt(3) == 0 ? "*" : TOKENS.get(random.nextInt(TOKENS.size()));
            filter.append(filter.isEmpty() ? "" : ".").append(token);
        }
        return random.nextInt(4) == 0 ? filter.append(".>").toString() : filter.toString();
    }

    private List<String> filters() {
        int count = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(random.nextInt(4) + 1);
        if (random.nextInt(40) == 0) {
            return List.of(">");
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(filter());
        }
        return all.stream().distinct().toList();
    }

    private static ConsumerHandle consumer(QuietShard quiet, int number, List<String> filters)
            throws IOException {
        String name = "c" + number;
        return new ConsumerHandle(
                quiet.stream,
                number + 1,
                name,
                QuietShard.config(name, filters),
                1,
                quiet.shard.consumers());
    }

    private static List<String> naive(List<ConsumerHandle> all, String subject) {
        byte[] text = subject.getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock memory = NativeBlock.allocate(text.length)) {
            memory.region().put(0, text);
            SubjectTokens tokens = new SubjectTokens();
            tokens.of(memory.region(), 0, text.length);
            TreeSet<String> found = new TreeSet<>();
            for (ConsumerHandle each : all) {
                if (each.filters.isEmpty()
                        || each.filters.stream()
                                .anyMatch(one -> SubjectFilter.of(one).matches(tokens))) {
                    found.add(each.name());
                }
            }
            return List.copyOf(found);
        }
    }

    private static boolean any(Interested interested, String subject) {
        byte[] text = subject.getBytes(StandardCharsets.US_ASCII);
        try (NativeBlock memory = NativeBlock.allocate(text.length)) {
            memory.region().put(0, text);
            return interested.any(new Bytes().at(memory.region(), 0, text.length));
        }
    }

    @Test
    void shouldTellFiltersOfManyTokensApart() throws IOException {
        try (QuietShard quiet = new QuietShard()) {
            Interested interested = new Interested();
            List<ConsumerHandle> all = new ArrayList<>();
            String front = "a.*.".repeat(33);
            for (int i = 0; i < 40; i++) {
                List<String> filters = List.of(front + "w" + i % 8 + (i < 20 ? "" : ".>"));
                ConsumerHandle made = consumer(quiet, i, filters);
                all.add(made);
                interested.add(made);
            }
            for (String end : List.of("w3", "w3.x", "w9", "w3.x.y")) {
                String subject = "a.b.".repeat(33) + end;
                long sequence = quiet.publish(subject);
                StreamIndex index = quiet.stream.stream().messages().index();
                assertThat(interested.in(index, index.subject(sequence)))
                        .extracting(ConsumerHandle::name)
                        .containsExactlyInAnyOrderElementsOf(naive(all, subject));
            }
            all.forEach(ConsumerHandle::gone);
        }
    }

    /** Whoever has filters of all shapes costs nobody time. */
    @Test
    void shouldKnowNoMoreThanSomeShapes() throws IOException {
        try (QuietShard quiet = new QuietShard()) {
            Interested interested = new Interested();
            List<ConsumerHandle> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                List<String> filters = new ArrayList<>();
                for (int j = i; j < 256; j += 1 + random.nextInt(8)) {
                    StringBuilder filter = new StringBuilder();
                    for (int bit = 0; bit < 8; bit++) {
                        filter.append(bit == 0 ? "" : ".").append((j & 1 << bit) == 0 ? "*" : "w");
                    }
                    filters.add(random.nextBoolean() ? filter.toString() : filter + ".>");
                }
                ConsumerHandle made = consumer(quiet, i, filters);
                all.add(made);
                interested.add(made);
            }
            for (int i = 0; i < 200; i++) {
                if (i % 8 == 0) {
                    interested.remove(all.removeFirst());
                }
                StringBuilder subject = new StringBuilder();
                for (int bit = 0; bit < 8 + random.nextInt(2); bit++) {
                    subject.append(bit == 0 ? "" : ".").append(random.nextInt(4) == 0 ? "v" : "w");
                }
                long sequence = quiet.publish(subject.toString());
                StreamIndex index = quiet.stream.stream().messages().index();
                assertThat(interested.in(index, index.subject(sequence)))
                        .extracting(ConsumerHandle::name)
                        .containsExactlyInAnyOrderElementsOf(naive(all, subject.toString()));
            }
            all.forEach(ConsumerHandle::gone);
        }
    }

    @Test
    void shouldFindWhomALookAtEachFinds() throws IOException {
        try (QuietShard quiet = new QuietShard()) {
            Interested interested = new Interested();
            List<ConsumerHandle> all = new ArrayList<>();
            StreamIndex index = quiet.stream.stream().messages().index();
            for (int i = 0; i < 400; i++) {
                // Up to many, and down to few again, some times.
                boolean grows = i % 160 < 90;
                if (random.nextInt(6) == 0 == grows && !all.isEmpty()) {
                    interested.remove(all.remove(random.nextInt(all.size())));
                } else {
                    ConsumerHandle made = consumer(quiet, i, filters());
                    all.add(made);
                    interested.add(made);
                }
                for (int j = 0; j < 4; j++) {
                    String subject = subject();
                    long sequence = quiet.publish(subject);
                    List<String> expected = naive(all, subject);
                    assertThat(interested.in(index, index.subject(sequence)))
                            .as(subject)
                            .extracting(ConsumerHandle::name)
                            .containsExactlyInAnyOrderElementsOf(expected);
                    assertThat(any(interested, subject)).isEqualTo(!expected.isEmpty());
                    if (random.nextInt(4) == 0) {
                        quiet.stream.stream().remove(sequence, false);
                    }
                }
            }
            all.forEach(ConsumerHandle::gone);
        }
    }
}
