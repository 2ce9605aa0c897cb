package io.millrace.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.auth.Verdict.Unproved;
import io.millrace.broker.config.AuthOptions;
import io.millrace.broker.config.OptionsBuilder;
import io.millrace.broker.routing.Identity;
import io.millrace.protocol.ConnectOptions.Credentials;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Proofs on their own threads, and who gets to know how they went. */
class AuthenticationTest {
    private static final Identity SOMEBODY = Identity.claimedBy(Credentials.NONE);

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
        String outcome = told.poll(20, TimeUnit.SECONDS);
        assertThat(outcome).as("an outcome").isNotNull();
        return outcome;
    }

    @Test
    void shouldTellHowTheProofWentInTheOrderInWhichTheyWereAskedFor() throws Exception {
        for (int i = 0; i < 100; i++) {
            boolean holds = i % 3 == 0;
            authentication.prove(new Unproved(SOMEBODY, () -> holds), new Client("c" + i));
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
                new Unproved(
                        SOMEBODY,
                        () -> {
                            started.countDown();
                            await(goOn);
                            proved.incrementAndGet();
                            return true;
                        }),
                first);
        List<Client> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Client other = new Client("other" + i);
            others.add(other);
            authentication.prove(new Unproved(SOMEBODY, () -> proved.incrementAndGet() > 0), other);
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
    @Test
    void shouldThrowOutProofsThatNobodyWaitsFor() throws Exception {
        try (ProofThread proofs = new ProofThread(1)) {
            CountDownLatch goOn = new CountDownLatch(1);
            proofs.prove(
                    () -> {
                        await(goOn);
                        return true;
                    },
                    new Client("slow"));
            List<Client> staying = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                Client client = new Client("c" + i);
                proofs.prove(() -> true, client);
                client.gone = i % 100 != 0;
                if (!client.gone) {
                    staying.add(client);
                }
                assertThat(proofs.waiting()).isLessThanOrEqualTo(1024 + 2 * staying.size());
            }
            goOn.countDown();
            assertThat(next()).startsWith("slow");
            for (Client client : staying) {
                assertThat(next()).startsWith(client.name + " true");
            }
        }
    }

    @Test
    void shouldDropWhatWaitsWhenItCloses() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        authentication.prove(
                new Unproved(
                        SOMEBODY,
                        () -> {
                            started.countDown();
                            await(goOn);
                            return true;
                        }),
                new Client("first"));
        authentication.prove(new Unproved(SOMEBODY, () -> true), new Client("second"));
        await(started);
        authentication.close();
        authentication.prove(new Unproved(SOMEBODY, () -> true), new Client("third"));
        goOn.countDown();
        assertThat(next()).startsWith("first");
        assertThat(told.poll(100, TimeUnit.MILLISECONDS)).isNull();
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
                latch.await();
                done = true;
            } catch (InterruptedException e) {
                // waits on
            }
        }
    }
}
