package io.millrace.broker.monitor.http;

import io.millrace.broker.log.ServerLog;
import io.millrace.broker.monitor.Accepted;
import io.millrace.broker.monitor.AnswerMemory;
import io.millrace.broker.monitor.Answers;
import io.millrace.broker.monitor.Query;
import io.millrace.broker.monitor.Reply;
import io.netty.handler.codec.http.HttpResponseStatus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** From who asks and what for to an answer, whatever goes wrong. The thread that answers. */
final class HttpAnswers {
    /** A function of JavaScript, by its path; anything else could become code. */
    private static final Pattern CALLBACK =
            Pattern.compile("[A-Za-z_$][\\w$]{0,63}(\\.[A-Za-z_$][\\w$]{0,63}){0,7}");

    private final Answers answers;
    private final BasicAuth auth;
    private final ServerLog log;

    HttpAnswers(Answers answers, BasicAuth auth, ServerLog log) {
        this.answers = answers;
        this.auth = auth;
        this.log = log;
    }

    /**
     * Answers a request.
     *
     * @param whole what was sent
     */
    HttpAnswer answer(RequestTarget.Resource resource, Request.Whole whole) {
        return switch (auth.judge(whole.authorization())) {
            case REFUSED ->
                    HttpAnswer.plain(HttpResponseStatus.UNAUTHORIZED)
                            .with(
                                    "WWW-Authenticate",
                                    "Basic realm=\"Millrace\", charset=\"UTF-8\"");
            case LATER -> HttpAnswer.later(HttpResponseStatus.TOO_MANY_REQUESTS);
            case ALLOWED -> allowed(resource, whole);
        };
    }

    /** Answers somebody who may ask. Also the monitor thread, for what needs no time. */
    HttpAnswer allowed(RequestTarget.Resource resource, Request.Whole whole) {
        try {
            return new HttpAnswer(asked(resource, whole));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HttpAnswer.plain(HttpResponseStatus.SERVICE_UNAVAILABLE);
        } catch (AnswerMemory.FullException e) {
            return HttpAnswer.later(HttpResponseStatus.SERVICE_UNAVAILABLE, e.getMessage() + "\n");
        } catch (RuntimeException | Error e) {
            log.error("Monitoring failed: " + e);
            return HttpAnswer.plain(HttpResponseStatus.INTERNAL_SERVER_ERROR);
        }
    }

    private Reply asked(RequestTarget.Resource resource, Request.Whole whole)
            throws InterruptedException {
        if (answers.isAction(resource.path())) {
            if (!auth.isRequired()) {
                return HttpAnswer.text(
                        403, "this takes a password: monitor { username, password }\n");
            }
            if (!whole.isMeant()) {
                return HttpAnswer.text(403, "this takes the header " + Request.MEANT + "\n");
            }
        }
        Query query = Query.parse(resource.query()).accepting(Accepted.of(whole.accept()));
        Reply reply = answers.answer(resource.path(), query);
        String callback = query.text("callback");
        return callback.isEmpty() || reply.kind() != Reply.Kind.JSON
                ? reply
                : call(callback, reply);
    }

    private Reply call(String callback, Reply reply) {
        if (auth.isRequired()) {
            // A script of another site would run with the browser's password.
            return HttpAnswer.text(400, "callback is not to be had where there is a password");
        }
        if (!CALLBACK.matcher(callback).matches()) {
            return HttpAnswer.text(400, "callback must be the name of a function");
        }
        int length = callback.length() + reply.body().length + 2;
        // What is written and what is made of it.
        AnswerMemory.hold(2L * length);
        ByteArrayOutputStream script = new ByteArrayOutputStream(length);
        script.writeBytes(callback.getBytes(StandardCharsets.US_ASCII));
        script.write('(');
        script.writeBytes(reply.body());
        script.write(')');
        return new Reply(reply.status(), Reply.Kind.CALL, script.toByteArray());
    }
}
