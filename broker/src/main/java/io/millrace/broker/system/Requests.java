package io.millrace.broker.system;

import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.monitor.AnswerMemory;
import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.JsonOut;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;
import io.millrace.protocol.Subject;

import java.util.stream.Stream;

/**
 * Answers requests in the common envelope: who answers, and what or why not. An answer is bounded
 * and counted as those over HTTP are. The service's thread.
 */
final class Requests {
    /** The request isn't one; the numbers are those of HTTP. */
    private static final int BAD_REQUEST = 400;

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
     * Answers a request, unless it is for other servers, or asks for no answer.
     *
     * @throws InterruptedException if the server ends meanwhile
     */
    void answer(ServerRequest kind, ServiceMessage request) throws InterruptedException {
        if (request.reply().isEmpty()) {
            return;
        }
        RequestOptions asked;
        try {
            asked = OptionsReader.read(kind.options(), request.payload());
        } catch (BadJsonException e) {
            refuse(request, BAD_REQUEST, String.valueOf(e.getMessage()));
            return;
        }
        self.refresh();
        if (!ServerFilter.matches(asked, self.info(), self.identity())) {
            return;
        }
        switch (made(kind, asked, request)) {
            case Outcome.Said(), Outcome.Silence() -> {}
            case Outcome.Refused(String why) -> refuse(request, FAILED, why);
            case Outcome.Ended() -> throw new InterruptedException();
        }
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

    private Outcome made(ServerRequest kind, RequestOptions asked, ServiceMessage request) {
        Encoding encoding = Encoding.of(request.headers());
        AnswerMemory memory = new AnswerMemory(ledger);
        try {
            return memory.making(() -> made(kind, asked, encoding, request));
        } catch (AnswerMemory.FullException e) {
            return new Outcome.Refused(String.valueOf(e.getMessage()));
        } finally {
            memory.release();
        }
    }

    private Outcome made(
            ServerRequest kind, RequestOptions asked, Encoding encoding, ServiceMessage request) {
        try {
            JsonOut.Fields data = kind.answer().answer(asked);
            if (data == null) {
                return new Outcome.Silence();
            }
            byte[] plain =
                    JsonOut.line(
                            out -> {
                                self.write(out);
                                out.object("data", data);
                            });
            return publish(request, encoding.headers(), encoding.encode(plain))
                    ? new Outcome.Said()
                    : new Outcome.Refused(NO_ROOM);
        } catch (BadQueryException | IllegalStateException e) {
            // Also where the router has no time to answer.
            return new Outcome.Refused(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            return new Outcome.Ended();
        }
    }

    /** Tells why a request can't be answered. */
    void refuse(ServiceMessage request, int code, String why) throws InterruptedException {
        byte[] refusal =
                line(
                        out -> {
                            self.write(out);
                            if (code == FAILED) {
                                // As in the reference, where something could have been.
                                out.nothing("data");
                            }
                            out.object(
                                    "error",
                                    error -> error.field("code", code).some("description", why));
                        });
        publish(request, Encoding.PLAIN.headers(), refusal);
    }

    /** Whether there was room for it; if not it is lost, as a message to somebody slow is. */
    private boolean publish(ServiceMessage request, byte[] headers, byte[] answer) {
        return port.publish(request.account(), request.reply(), "", headers, answer);
    }
}
