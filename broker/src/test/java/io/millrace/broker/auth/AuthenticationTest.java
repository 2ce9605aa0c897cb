package io.millrace.broker.auth;

import static io.millrace.broker.auth.Authentication.Answer.FAILS;
import static io.millrace.broker.auth.Authentication.Answer.HOLDS;
import static io.millrace.broker.auth.Authentication.Answer.LATER;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.start.OptionsBuilder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Proofs on their own threads, and who gets to know how they went. */
class AuthenticationTest {
    private static final Claimant SOMEBODY = new Claimant("7f000001", "ann");

    private final AuthOptions nobody = new OptionsBuilder().conclude(1).auth();
    private final Authentication authentication =
            new Authentication(new Authenticator(nobody, false), 1);
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        authentication.close();
    }

    private final class Client implements Authentication.Outcome {
        private final String name;
        private volatile boolean gone;

        Client(String name) {
            this.name = name;
        }

        @Override
        public boolean isAwaited() {
            return !gone;
        }

        @Override
        public void accept(boolean holds) {
            told.add(name + " " + holds + " on " + Thread.currentThread().getName());
        }
    }

    private String next() throws InterruptedException {
        String outcome = told.poll(60, TimeUnit.SECONDS);
        assertThat(outcome).as("an outcome").isNotNull();
        return outcome;
    }

    /** A password that takes as long as the test wants. */
    private record Password(String text, BooleanSupplier check) implements Proof {
        @Override
        public boolean holds() {
            return check.getAsBoolean();
        }

        @Override
        public List<String> sameBy() {
            return List.of("hash", text);
        }
    }

    @Test
    void shouldTellHowSignaturesWentInTheOrderInWhichTheyWereAskedFor() throws Exception {
        for (int i = 0; i < 100; i++) {
            boolean holds = i % 3 == 0;
            authentication.prove(SOMEBODY, () -> holds, new Client("c" + i));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(next()).isEqualTo("c" + i + " " + (i % 3 == 0) + " on millrace-auth");
        }
    }

    @Test
    void shouldNotProveClientsThatHaveLeft() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger proved = new AtomicInteger();
        Client first = new Client("first");
        authentication.prove(
                SOMEBODY,
                () -> {
                    started.countDown();
                    await(goOn);
                    proved.incrementAndGet();
                    return true;
                },
                first);
        List<Client> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Client other = new Client("other" + i);
            others.add(other);
            authentication.prove(SOMEBODY, () -> proved.incrementAndGet() > 0, other);
        }
        await(started);
        first.gone = true;
        others.forEach(other -> other.gone = other != others.getLast());
        goOn.countDown();
        assertThat(next()).startsWith("other9 true");
        assertThat(proved).as("the one that was underway, and the last").hasValue(2);
        assertThat(told).isEmpty();
    }

    /** One that comes, asks to be proved and goes, over and over, must not fill the memory. */
    @ParameterizedTest
    @ValueSource(strings = {"signatures", "one password", "passwords of many"})
    void shouldThrowOutProofsThatNobodyWaitsFor(String what) throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        BooleanSupplier slow =
                () -> {
                    started.countDown();
                    await(goOn);
                    return true;
                };
        authentication.prove(SOMEBODY, slow::getAsBoolean, new Client("slow"));
        authentication.prove(SOMEBODY, new Password("slow", slow), new Client("slow"));
        await(started);
        List<Client> staying = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Client client = new Client("c" + i);
            switch (what) {
                case "signatures" -> authentication.prove(SOMEBODY, () -> true, client);
                case "one password" ->
                        authentication.prove(SOMEBODY, new Password("x", () -> true), client);
                default ->
                        authentication.prove(
                                new Claimant("ip", "user" + i),
                                new Password("x" + i, () -> true),
                                client);
            }
            client.gone = i % 100 != 0;
            if (!client.gone) {
                staying.add(client);
            }
            assertThat(authentication.waiting()).isLessThanOrEqualTo(2050 + 4 * staying.size());
        }
        goOn.countDown();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < staying.size() + 2; i++) {
            names.add(next().split(" ")[0]);
        }
        assertThat(names).contains("slow").hasSize(staying.size() + 1);
    }

    @Test
    void shouldDropWhatWaitsWhenItCloses() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        authentication.prove(
                SOMEBODY,
                () -> {
                    started.countDown();
                    await(goOn);
                    return true;
                },
                new Client("first"));
        authentication.prove(SOMEBODY, () -> true, new Client("second"));
        await(started);
        authentication.close();
        authentication.prove(SOMEBODY, () -> true, new Client("third"));
        goOn.countDown();
        assertThat(next()).startsWith("first");
        assertThat(told.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void shouldRememberHowAPasswordWentUntilItIsHeldAgainstAnotherHash() throws Exception {
        for (boolean right : new boolean[] {true, false}) {
            Secret given = new Secret(right ? "T0pS3cr3t" : "wrong");
            Proof proof = new HashedPassword(new Secret(hash("T0pS3cr3t")), given);
            assertThat(authentication.prove(SOMEBODY, proof, new Client("first"))).isEqualTo(LATER);
            assertThat(next()).startsWith("first " + right);
            assertThat(authentication.prove(SOMEBODY, proof, new Client("again")))
                    .isEqualTo(right ? HOLDS : FAILS);
            Proof otherHash = new HashedPassword(new Secret(hash("T0pS3cr3t")), given);
            assertThat(authentication.prove(SOMEBODY, otherHash, new Client("reloaded")))
                    .isEqualTo(LATER);
            assertThat(next()).startsWith("reloaded " + right);
        }
    }

    private static String hash(String password) {
        return PasswordHash.of(password.getBytes(StandardCharsets.US_ASCII), 4);
    }

    @Test
    void shouldRememberABoundedNumberOfPasswordsAndKeepTheRightOnes() throws Exception {
        authentication.prove(SOMEBODY, new Password("right", () -> true), new Client("right"));
        next();
        for (int i = 0; i < ProofMemory.MOST + 100; i++) {
            authentication.prove(SOMEBODY, new Password("w" + i, () -> false), new Client("w"));
            next();
        }
        assertThat(authentication.remembered()).isEqualTo(ProofMemory.MOST + 1);
        assertThat(
                        authentication.prove(
                                SOMEBODY, new Password("right", () -> false), new Client("again")))
                .isEqualTo(HOLDS);
    }

    @Test
    void shouldTakeAProofThatFailsToBeLookedAtForNoneAndGoOn() throws Exception {
        Password broken =
                new Password(
                        "x",
                        () -> {
                            throw new IllegalStateException("planted");
                        });
        authentication.prove(SOMEBODY, broken, new Client("broken"));
        assertThat(next()).startsWith("broken false");
        assertThat(authentication.remembered()).isZero();
        authentication.prove(SOMEBODY, new Password("x", () -> true), new Client("mended"));
        assertThat(next()).startsWith("mended true");
    }

    /** What takes a thousandth of the time waits for nobody's password. */
    @Test
    void shouldNotHaveSignaturesWaitForPasswords() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        authentication.prove(
                SOMEBODY,
                new Password(
                        "slow",
                        () -> {
                            await(goOn);
                            return true;
                        }),
                new Client("slow"));
        authentication.prove(SOMEBODY, () -> true, new Client("signed"));
        assertThat(next()).startsWith("signed true");
        goOn.countDown();
        assertThat(next()).startsWith("slow true");
    }

    @Test
    void shouldHaveClientsSignSomethingNewEachTimeWhereThereAreNkeys() {
        assertThat(authentication.nonce()).isEmpty();
        authentication.use(
                new Authenticator(
                        AuthenticatorTest.options(
                                "authorization {users: [{nkey: %s}]}"
                                        .formatted(AuthenticatorTest.NKEY)),
                        false));
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            assertThat(authentication.nonce()).matches("[A-Za-z0-9_-]{15}");
            nonces.add(authentication.nonce());
        }
        assertThat(nonces).hasSize(1000);
    }

    /** Not interrupted by a thread that is shut down: a hash isn't, either. */
    private static void await(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                if (!latch.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody goes on");
                }
                done = true;
            } catch (InterruptedException e) {
                // waits on
            }
        }
    }
}
