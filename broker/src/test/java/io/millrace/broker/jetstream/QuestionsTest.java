package io.millrace.broker.jetstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

@Timeout(60)
class QuestionsTest {
    private final CountDownLatch rung = new CountDownLatch(1);
    private final Questions questions = new Questions(rung::countDown);

    private <T> CompletableFuture<T> ask(Questions.Work<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return questions.ask(work);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void shouldGoOnWithAQuestionUntilItIsAnswered() throws Exception {
        int[] steps = {0};
        CompletableFuture<String> answer = ask(() -> ++steps[0] < 3 ? null : "done");
        rung.await();
        assertThat(questions.isEmpty()).isFalse();
        assertThat(questions.poll()).isTrue();
        assertThat(questions.poll()).isTrue();
        assertThat(questions.poll()).isFalse();
        assertThat(questions.isEmpty()).isTrue();
        assertThat(answer.join()).isEqualTo("done");
        assertThat(steps[0]).isEqualTo(3);
    }

    @Test
    void shouldTellWhoAskedThatTheAnswerFailed() throws Exception {
        CompletableFuture<String> answer =
                ask(
                        () -> {
                            throw new IllegalArgumentException("odd");
                        });
        rung.await();
        assertThatThrownBy(questions::poll).isInstanceOf(IllegalArgumentException.class);
        assertThat(questions.isEmpty()).isTrue();
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .hasMessage("JetStream has no answer")
                .hasRootCauseMessage("odd");
    }

    @Test
    void shouldTellWhoWaitsThatItHasEnded() throws Exception {
        CompletableFuture<String> before = ask(() -> "never");
        rung.await();
        questions.end();
        CompletableFuture<String> behind = ask(() -> "never");
        assertThatThrownBy(before::join).hasRootCauseMessage("JetStream has ended");
        assertThatThrownBy(behind::join).hasRootCauseMessage("JetStream has ended");
    }
}
