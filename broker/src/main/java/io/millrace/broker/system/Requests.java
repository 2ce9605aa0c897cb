package io.millrace.broker.system;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.monitor.AnswerMemory;
import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;
import io.millrace.protocol.Subject;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers requests in the common envelope: who answers, and what or why not. An answer is bounded
 * and counted as those over HTTP are. The service's thread.
 */
final class Requests {
    /** The request isn't one; the numbers are those of HTTP. */
    static final int BAD_REQUEST = 400;

    /** There are more of them than can be answered. */
    static final int TOO_MANY = 429;

    /** The request is one, but can't be answered. */
    private static final int FAILED = 500;

    private static final String NO_ROOM = "no room is left for an answer this large; ask for less";

    private final ThisServer self;
    private final Ledger ledger;
    private final ServicePort port;

    Requests(ThisServer self, Ledger ledger, ServicePort port) {
        this.self = self;
        this.ledger = ledger;
        this.port = port;
    }

    /** Nobody can publish to a pattern, whatever a client takes for its inbox. */
    static boolean isAnswerable(ServiceMessage request) {
        String reply = request.reply();
        return reply.isEmpty()
                || Subject.isValid(reply)
                        && Stream.of(reply.split("\\."))
                                .noneMatch(token -> token.equals("*") || token.equals(">"));
    }

    /** What is told in one line, of which nothing depends on who asks. */
    static byte[] line(JsonOut.Content fields) throws InterruptedException {
        try {
            return JsonOut.line(fields);
        } catch (BadQueryException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Answers a request, unless it is for other servers.
     *
     * @param options those that it may have
     * @throws InterruptedException if the server ends meanwhile
     */
    void answer(OptionNames options, Answer answer, Question question) throws InterruptedException {
        Optional<RequestOptions> asked = asked(options, question);
        if (asked.isEmpty()) {
            return;
        }
        switch (made(answer, asked.get(), question)) {
            case Outcome.Said(), Outcome.Silence() -> {}
            case Outcome.Refused(String why) -> refuse(question, why, answer.hasData());
            case Outcome.Ended() -> throw new InterruptedException();
        }
    }

    /**
     * What a request asks for; nothing if it is for other servers, or isn't one, which is told
     * then.
     */
    Optional<RequestOptions> asked(OptionNames options, Question question)
            throws InterruptedException {
        RequestOptions asked;
        try {
            asked = OptionsReader.read(options, question.body());
        } catch (BadJsonException e) {
            refuse(question, BAD_REQUEST, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        self.refresh();
        return Optional.of(asked)
                .filter(each -> ServerFilter.matches(each, self.info(), self.identity()));
    }

    /** What came of a request. */
    private sealed interface Outcome {
        /** It was answered. */
        record Said() implements Outcome {}

        /** It isn't to be answered. */
        record Silence() implements Outcome {}

        /** It can't be answered. */
        record Refused(String why) implements Outcome {}

        /** The server ends meanwhile. */
        record Ended() implements Outcome {}
    }

    private Outcome made(Answer answer, RequestOptions asked, Question question) {
        AnswerMemory memory = new AnswerMemory(ledger);
        try {
            return memory.making(() -> said(answer, asked, question));
        } catch (AnswerMemory.FullException e) {
            return new Outcome.Refused(String.valueOf(e.getMessage()));
        } finally {
            memory.release();
        }
    }

    private Outcome said(Answer answer, RequestOptions asked, Question question) {
        try {
            JsonOut.Fields data = answer.answer(asked);
            if (data == null) {
                return new Outcome.Silence();
            }
            return say(question, answer.hasData() ? out -> out.object("data", data) : out -> {})
                    ? new Outcome.Said()
                    : new Outcome.Refused(NO_ROOM);
        } catch (BadQueryException | RuntimeException e) {
            // Also where the router has no time to answer. Nobody waits for what fails.
            return new Outcome.Refused(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            return new Outcome.Ended();
        }
    }

    private boolean say(Question question, JsonOut.Fields rest)
            throws BadQueryException, InterruptedException {
        byte[] plain =
                JsonOut.line(
                        out -> {
                            self.write(out);
                            rest.write(out);
                        });
        Encoding encoding = question.encoding();
        return publish(question, encoding.headers(), encoding.encode(plain));
    }

    /** Tells what became of a command: that it is done, or why not. */
    void tell(Question question, Optional<String> failure) throws InterruptedException {
        if (failure.isPresent()) {
            refuse(question, failure.get(), false);
            return;
        }
        try {
            say(question, out -> {});
        } catch (BadQueryException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As in the reference it says that there is no data, where there could have been. */
    private void refuse(Question question, String why, boolean data) throws InterruptedException {
        refuse(
                question,
                out -> {
                    if (data) {
                        out.nothing("data");
                    }
                },
                FAILED,
                why);
    }

    /** Tells why a request can't be answered. */
    void refuse(Question question, int code, String why) throws InterruptedException {
        refuse(question, out -> {}, code, why);
    }

    private void refuse(Question question, JsonOut.Fields data, int code, String why)
            throws InterruptedException {
        byte[] refusal =
                line(
                        out -> {
                            self.write(out);
                            data.write(out);
                            out.object(
                                    "error",
                                    error -> error.field("code", code).some("description", why));
                        });
        publish(question, Encoding.PLAIN.headers(), refusal);
    }

    /** Whether there was room for it; if not it is lost, as a message to somebody slow is. */
    private boolean publish(Question question, byte[] headers, byte[] answer) {
        return port.publish(question.account(), question.reply(), "", headers, answer);
    }
}
