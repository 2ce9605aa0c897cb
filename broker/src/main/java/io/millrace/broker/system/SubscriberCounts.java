package io.millrace.broker.system;

import io.millrace.broker.monitor.BadQueryException;
import io.millrace.broker.monitor.ServerAnswers;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts who listens to a subject, at all servers: asks those that have clients of the account, and
 * adds up what they answer in time. The service's thread.
 */
final class SubscriberCounts {
    /** The others are waited for so long. */
    static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(500);

    static final String ASKED = "$SYS.DEBUG.SUBSCRIBERS";
    static final String ASKED_BY_SERVERS = "$SYS.REQ.ACCOUNT.NSUBS";

    private static final long NEVER_NS = TimeUnit.HOURS.toNanos(1);
    private static final int MOST = 1024;
    private static final byte[] NOTHING = new byte[0];

    /** Told with requests that come through an import. */
    private static final String INFO_HEADER = "\r\nNats-Request-Info:";

    private final ServerAnswers answers;
    private final RemoteServers remotes;
    private final ServicePort port;
    private final String systemAccount;
    private final String prefix;
    private final SequencedMap<Long, Sum> sums = new LinkedHashMap<>();
    private long last;

    /** What has been answered so far. */
    private static final class Sum {
        final String account;
        final String reply;
        final long untilNs;
        int missing;
        long count;

        Sum(String account, String reply, long untilNs, int missing, long count) {
            this.account = account;
            this.reply = reply;
            this.untilNs = untilNs;
            this.missing = missing;
            this.count = count;
        }
    }

    SubscriberCounts(
            ServerAnswers answers,
            RemoteServers remotes,
            ServicePort port,
            String systemAccount,
            String serverId) {
        this.answers = answers;
        this.remotes = remotes;
        this.port = port;
        this.systemAccount = systemAccount;
        prefix = "$SYS._INBOX." + serverId + ".N.";
    }

    /** Where the others answer. */
    String inbox() {
        return prefix + '*';
    }

    /** Somebody asks: a subject, behind which the name of a queue group may stand. */
    void asked(ServiceMessage request, long nowNs) throws InterruptedException {
        String reply = request.reply();
        String[] words = new String(request.payload(), StandardCharsets.UTF_8).strip().split(" ");
        String account = whose(request);
        if (reply.isEmpty() || sums.size() == MOST) {
            return;
        }
        String queue = words.length > 1 ? words[1] : null;
        long here = count(account, words[0], queue);
        int others = remotes.serversOf(account);
        if (others == 0) {
            say(request.account(), reply, here);
            return;
        }
        sums.put(++last, new Sum(request.account(), reply, nowNs + WAIT_NS, others, here));
        byte[] question = question(account, words[0], queue);
        port.publish(systemAccount, ASKED_BY_SERVERS, prefix + last, NOTHING, question);
    }

    private static byte[] question(String account, String subject, @Nullable String queue)
            throws InterruptedException {
        return Requests.line(
                out -> {
                    out.field("acc", account).field("subject", subject);
                    if (queue != null) {
                        byte[] bytes = queue.getBytes(StandardCharsets.UTF_8);
                        out.field("queue", Base64.getEncoder().encodeToString(bytes));
                    }
                });
    }

    /** The account that an import names, or the one it was asked in. */
    private static String whose(ServiceMessage request) {
        String block = new String(request.headers(), StandardCharsets.UTF_8);
        int from = block.indexOf(INFO_HEADER);
        if (from < 0) {
            return request.account();
        }
        int begin = from + INFO_HEADER.length();
        int end = block.indexOf('\r', begin);
        try {
            String info = block.substring(begin, end < 0 ? block.length() : end).strip();
            ServerJson json = ServerJson.read(info.getBytes(StandardCharsets.UTF_8));
            String service = json.text("svc");
            String account = service.isEmpty() ? json.text("acc") : service;
            return account.isEmpty() ? request.account() : account;
        } catch (BadJsonException e) {
            return request.account();
        }
    }

    /** Another server asks how many there are here. */
    void askedByServer(ServiceMessage request) throws BadJsonException, InterruptedException {
        ServerJson asked = ServerJson.read(request.payload());
        String account = asked.text("acc");
        String queue = asked.text("queue");
        // As in the reference a server without clients of the account doesn't answer.
        if (!request.reply().isEmpty() && answers.hasClients(account)) {
            long count = count(account, asked.text("subject"), queue.isEmpty() ? null : of(queue));
            say(request.account(), request.reply(), count);
        }
    }

    private static String of(String base64) throws BadJsonException {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadJsonException("not base64");
        }
    }

    /** Another server has answered. */
    void answered(ServiceMessage answer) {
        String subject = answer.subject();
        try {
            long number = Long.parseLong(subject, prefix.length(), subject.length(), 10);
            Sum sum = sums.get(number);
            if (sum != null) {
                String text = new String(answer.payload(), StandardCharsets.US_ASCII);
                sum.count += Integer.parseInt(text);
                if (--sum.missing == 0) {
                    sums.remove(number);
                    say(sum.account, sum.reply, sum.count);
                }
            }
        } catch (NumberFormatException e) {
            // No server answers so.
        }
    }

    /**
     * Tells what is known where others haven't answered in time.
     *
     * @return when it wants to be called again at the latest, {@link System#nanoTime}
     */
    long settle(long nowNs) {
        while (!sums.isEmpty() && nowNs - sums.firstEntry().getValue().untilNs >= 0) {
            Sum sum = sums.pollFirstEntry().getValue();
            say(sum.account, sum.reply, sum.count);
        }
        return sums.isEmpty() ? nowNs + NEVER_NS : sums.firstEntry().getValue().untilNs;
    }

    private long count(String account, String subject, @Nullable String queue)
            throws InterruptedException {
        try {
            return answers.subscribers(account, subject, queue);
        } catch (BadQueryException e) {
            throw new IllegalStateException(e);
        }
    }

    private void say(String account, String reply, long count) {
        byte[] text = Long.toString(count).getBytes(StandardCharsets.US_ASCII);
        port.publish(account, reply, "", NOTHING, text);
    }
}
