package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.protocol.BadTransformException;
import io.millrace.protocol.Subject;
import io.millrace.protocol.SubjectMapping;
import io.millrace.protocol.SubjectPair;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Random;

/**
 * Accounts at random: they are read, or refused with places, and what was read can be made into
 * what a router needs.
 */
@Tag("property")
class AccountsPropertyTest {
    private static final int FILES = 7_000 * Integer.getInteger("millrace.effort", 1);

    private static final List<String> SUBJECTS =
            List.of(
                    "a",
                    "b",
                    "a.b",
                    "a.*",
                    "*.b",
                    "a.>",
                    ">",
                    "*",
                    "a.*.*",
                    "b.$1",
                    "b.$2.$1",
                    "b.A",
                    "b.{{wildcard(1)}}",
                    "{{partition(3,1)}}",
                    "a..b",
                    "''",
                    "'a b'",
                    "5",
                    "$9",
                    "{{left(1,2)}}",
                    "[]");

    private static final List<String> NAMES = List.of("A", "B", "C", "D", "X", "5", "{}");

    private static final List<String> OTHERS =
            List.of(
                    "prefix: p",
                    "prefix: 'p.*'",
                    "share: true",
                    "allow_trace: true",
                    "response: stream",
                    "response: x",
                    "threshold: '5s'",
                    "threshold: 5",
                    "latency: l",
                    "latency: {subject: l, sampling: 5%}",
                    "latency: {sampling: 5%}",
                    "account_token_position: 2",
                    "accounts: [A, B]",
                    "accounts: [B]",
                    "accounts: []",
                    "accounts: 5",
                    "unknown: 1");

    private final Random random;
    private final long seed;

    AccountsPropertyTest() {
        seed = Long.getLong("config.seed", System.nanoTime());
        random = new Random(seed);
    }

    @Test
    void shouldReadOrRefuseAnyAccounts() throws Exception {
        int taken = 0;
        int imports = 0;
        for (int i = 0; i < FILES; i++) {
            // Some are made of what is mostly right.
            String text = i % 2 == 0 ? accounts(4) : accounts(40);
            OptionsBuilder options = new OptionsBuilder();
            MemorySource source = new MemorySource().file("c", text);
            ConfigFile read = ConfigFile.read(source, "c", options);
            for (String error : read.errors()) {
                assertThat(error)
                        .as("-Dconfig.seed=%d, file %d:%n%s", seed, i, text)
                        .matches("(?s)c:[1-9][0-9]*:[1-9][0-9]*: .+");
            }
            if (read.errors().isEmpty()) {
                taken++;
                for (AccountOptions each : options.conclude(2).auth().accounts()) {
                    imports += check(each);
                }
            }
        }
        assertThat(taken).isGreaterThan(FILES / 10);
        assertThat(imports).isGreaterThan(FILES / 100);
    }

    private static int check(AccountOptions account) throws BadTransformException {
        for (StreamImport each : account.streamImports()) {
            assertThat(Subject.isValid(SubjectPair.of(each.subject(), each.to()).second()))
                    .isTrue();
        }
        for (ServiceImport each : account.serviceImports()) {
            assertThat(
                            Subject.isValid(
                                    SubjectPair.ofRequests(each.subject(), each.from()).second()))
                    .isTrue();
        }
        for (MappingOptions each : account.mappings()) {
            SubjectMapping.of(each.source(), each.destinations());
        }
        return account.streamImports().size() + account.serviceImports().size();
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Of so many, one is anything; the others are what is right by itself. */
    private String subject(int sanity) {
        String any = any(random.nextInt(sanity) == 0 ? SUBJECTS : SUBJECTS.subList(0, 9));
        return any.startsWith("[") || any.startsWith("'") ? any : "\"" + any + "\"";
    }

    /** Mostly one that comes later, so that there is no circle. */
    private String name(int own, int sanity) {
        return any(random.nextInt(sanity) == 0 || own == 3 ? NAMES : NAMES.subList(own + 1, 4));
    }

    private String accounts(int sanity) {
        StringBuilder text = new StringBuilder("accounts {\n");
        for (int own = 0; own < 4; own++) {
            text.append(NAMES.get(own)).append(" {\n exports: [");
            text.append("{stream: '>'}, {service: '>'}\n".repeat(random.nextInt(8) > 0 ? 1 : 0));
            for (int i = random.nextInt(3); i > 0; i--) {
                text.append("{" + any(List.of("stream: ", "service: ")) + subject(sanity));
                text.append(others(sanity)).append("}\n");
            }
            text.append("]\n imports: [");
            for (int i = own == 3 ? 0 : random.nextInt(3); i > 0; i--) {
                text.append("{" + any(List.of("stream", "service")));
                text.append(
                        ": {account: " + name(own, sanity) + ", subject: " + subject(sanity) + "}");
                text.append(random.nextInt(8) == 0 ? ", to: " + subject(sanity) : "");
                text.append(others(sanity)).append("}\n");
            }
            text.append("]\n");
            if (random.nextInt(4) == 0) {
                text.append("mappings {" + subject(sanity).replace("[]", "x"));
                text.append(": " + subject(sanity) + "}\n");
            }
            text.append("}\n");
        }
        return text.append("}\n").toString();
    }

    private String others(int sanity) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(sanity) == 0 ? random.nextInt(3) : 0; i > 0; i--) {
            text.append(", ").append(any(OTHERS));
        }
        return text.toString();
    }
}
