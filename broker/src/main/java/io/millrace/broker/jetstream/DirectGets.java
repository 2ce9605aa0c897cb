package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.api.MsgGetRequest;
import io.millrace.broker.jetstream.config.RequiredLevel;
import io.millrace.broker.jetstream.config.StreamConfig;
import io.millrace.broker.jetstream.json.GoTime;
import io.millrace.broker.jetstream.publish.Header;
import io.millrace.broker.jetstream.publish.PublishHeaders;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.jetstream.stream.Messages;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.store.RecordView;
import io.millrace.broker.store.index.MatchedSubjects;
import io.millrace.broker.store.index.StreamIndex;
import io.millrace.protocol.SubjectFilter;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/**
 * Messages as messages: the answer to a direct get is what was stored, with a few headers more (ADR
 * 31). Shard thread.
 */
final class DirectGets {
    /** Words in front of the stream: DIRECT.GET. */
    private static final int STREAM = 2;

    private static final int MOST_SUBJECTS = 1_024;

    /** Subjects that the filters of one request look at. */
    private static final long MOST_WORK = 20_000_000;

    private static final byte[] NONE = {};
    private static final byte[] BEGIN = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Shard shard;
    private final ApiFacts facts;
    private final RecordView view = new RecordView();
    private final PublishHeaders headers = new PublishHeaders();
    private final Incoming out = new Incoming();
    private final Bytes reply = new Bytes();
    private final Bytes block = new Bytes();
    private final Bytes payload = new Bytes();

    DirectGets(Shard shard, ApiFacts facts) {
        this.shard = shard;
        this.facts = facts;
    }

    /** Answers; false if the stream doesn't answer such requests. */
    boolean onRequest(Tenant tenant, String[] tokens, ServiceMessage message) {
        StreamHandle handle = tokens.length > STREAM ? find(tenant, tokens[STREAM]) : null;
        if (handle == null) {
            return false;
        }
        if (message.replyLength() == 0) {
            return true;
        }
        reply.at(message.bytes(), message.replyOffset(), message.replyLength());
        if (message.isRefused()) {
            status(handle, "429 Too Many Requests");
            return true;
        }
        headers.read(message.bytes(), message.headerOffset(), message.headerLength());
        if (headers.hasValue(Header.REQUIRED_API_LEVEL)
                && !RequiredLevel.isMet(headers.text(Header.REQUIRED_API_LEVEL))) {
            status(handle, "412 Required Api Level");
            return true;
        }
        String subject = String.join(".", Arrays.asList(tokens).subList(STREAM + 1, tokens.length));
        answer(handle, subject, message.payload());
        return true;
    }

    /** The one that answers for a stream: it itself, or a mirror of it that may; null if none. */
    private static @Nullable StreamHandle find(Tenant tenant, String name) {
        StreamHandle itself = tenant.stream(name);
        if (itself != null && itself.stream().config().allowDirect()) {
            return itself;
        }
        for (StreamHandle each : tenant.streams()) {
            StreamConfig config = each.stream().config();
            if (config.mirrorDirect()
                    && config.mirror() != null
                    && config.mirror().name().equals(name)
                    && each.sourcing != null
                    && each.sourcing.isCaughtUp()) {
                return each;
            }
        }
        return null;
    }

    private void answer(StreamHandle handle, String subject, byte[] body) {
        boolean bySubject = !subject.isEmpty();
        if (!bySubject && body.length == 0) {
            status(handle, "408 Empty Request");
            return;
        }
        MsgGetRequest said = body.length == 0 ? lastBy(subject) : MsgGetRequest.readDirect(body);
        if (said == null) {
            status(handle, "408 Malformed Request");
            return;
        }
        if (bySubject && body.length > 0) {
            if (asksForMore(said)) {
                status(handle, "408 Bad Request");
                return;
            }
            said = lastBy(subject, said);
        } else if (!bySubject && asksForNothing(said)) {
            status(handle, "408 Empty Request");
            return;
        } else if (conflicts(said)) {
            status(handle, "408 Bad Request");
            return;
        }
        if (said.multiLast().isEmpty()) {
            some(handle, said);
        } else {
            lastOfMany(handle, said);
        }
    }

    private static MsgGetRequest lastBy(String subject) {
        return new MsgGetRequest(
                0,
                subject,
                "",
                0,
                0,
                MsgGetRequest.NO_TIME,
                List.of(),
                0,
                MsgGetRequest.NO_TIME,
                false);
    }

    private static MsgGetRequest lastBy(String subject, MsgGetRequest said) {
        return new MsgGetRequest(
                0,
                subject,
                "",
                0,
                said.maxBytes(),
                MsgGetRequest.NO_TIME,
                List.of(),
                0,
                MsgGetRequest.NO_TIME,
                said.noHeaders());
    }

    private static boolean asksForMore(MsgGetRequest said) {
        return !said.lastBySubject().isEmpty()
                || !said.nextBySubject().isEmpty()
                || !said.multiLast().isEmpty()
                || said.sequence() != 0
                || said.batch() != 0
                || said.hasStartTime()
                || said.upToSequence() != 0
                || said.hasUpToTime();
    }

    private static boolean asksForNothing(MsgGetRequest said) {
        return said.sequence() == 0
                && said.lastBySubject().isEmpty()
                && said.nextBySubject().isEmpty()
                && said.multiLast().isEmpty()
                && !said.hasStartTime();
    }

    private static boolean conflicts(MsgGetRequest said) {
        boolean last = !said.lastBySubject().isEmpty();
        boolean next = !said.nextBySubject().isEmpty();
        boolean many = !said.multiLast().isEmpty();
        return said.sequence() > 0 && (last || said.hasStartTime())
                || last && (said.hasStartTime() || next || said.batch() > 0 || many)
                || next && many
                || said.upToSequence() > 0 && said.hasUpToTime();
    }

    // --- one, or some in a row

    private void some(StreamHandle handle, MsgGetRequest said) {
        Messages messages = handle.stream().messages();
        if (said.batch() == 0) {
            long sequence = MessageRequests.find(messages, said);
            if (sequence == 0 || !messages.view(sequence, view)) {
                status(handle, "404 Message Not Found");
            } else {
                send(handle, said.noHeaders(), -1, 0);
            }
            return;
        }
        long from = said.hasStartTime() ? messages.since(said.startTimeNs()) : said.sequence();
        String filter = said.nextBySubject().isEmpty() ? ">" : said.nextBySubject();
        StreamIndex index = messages.index();
        try (MatchedSubjects matched = index.match(List.of(filter))) {
            batch(handle, said, matched, Math.max(1, from));
        }
    }

    private void batch(
            StreamHandle handle, MsgGetRequest said, MatchedSubjects matched, long from) {
        Messages messages = handle.stream().messages();
        StreamIndex index = messages.index();
        long pending = index.countMatching(matched, from);
        long mostBytes = said.maxBytes() == 0 ? facts.maxPending() : said.maxBytes();
        long bytes = 0;
        long last = 0;
        long next = index.nextMatching(matched, from);
        if (next == 0) {
            status(handle, "404 Message Not Found");
            return;
        }
        for (long left = said.batch(); left > 0 && next != 0; left--) {
            pending--;
            if (messages.view(next, view)) {
                send(handle, said.noHeaders(), pending, last);
                bytes += view.subjectLength() + view.headerLength() + view.payloadLength();
                last = next;
                if (bytes >= mostBytes) {
                    break;
                }
            }
            next = index.nextMatching(matched, next + 1);
        }
        status(
                handle,
                "204 EOB\r\nNats-Num-Pending: " + pending + "\r\nNats-Last-Sequence: " + last);
    }

    // --- the last of many subjects

    private void lastOfMany(StreamHandle handle, MsgGetRequest said) {
        Messages messages = handle.stream().messages();
        long upTo = said.upToSequence();
        if (said.hasUpToTime()) {
            upTo = messages.since(said.upToTimeNs());
            if (upTo <= messages.firstSequence()) {
                status(handle, "404 No Results");
                return;
            }
            upTo--;
        }
        if (upTo == 0) {
            upTo = messages.lastSequence();
        }
        TreeSet<Long> found = lasts(messages, said.multiLast(), upTo);
        if (found == null) {
            status(handle, "413 Too Many Results");
        } else if (found.isEmpty()) {
            status(handle, "404 No Results");
        } else {
            send(handle, said, found, upTo);
        }
    }

    /**
     * The last messages of all subjects that match; null if they are too many, or it would take too
     * long to find out: with wildcards each filter looks at all subjects.
     */
    private static @Nullable TreeSet<Long> lasts(
            Messages messages, List<String> filters, long upTo) {
        StreamIndex index = messages.index();
        TreeSet<Long> found = new TreeSet<>();
        boolean[] tooMany = {false};
        long work = 0;
        for (String each : new LinkedHashSet<>(filters)) {
            SubjectFilter filter = SubjectFilter.of(each);
            work += filter.literal() == null ? index.subjects() : 1;
            if (work > MOST_WORK) {
                return null;
            }
            index.matching(
                    filter,
                    subject -> {
                        long last = index.lastOf(subject);
                        if (last > upTo) {
                            last = index.previousOf(subject, upTo + 1);
                        }
                        if (last != 0 && !tooMany[0]) {
                            found.add(last);
                            tooMany[0] = found.size() > MOST_SUBJECTS;
                        }
                    });
            if (tooMany[0]) {
                return null;
            }
        }
        return tooMany[0] ? null : found;
    }

    private void send(StreamHandle handle, MsgGetRequest said, TreeSet<Long> found, long upTo) {
        Messages messages = handle.stream().messages();
        long mostBytes = said.maxBytes() == 0 ? facts.maxPending() : said.maxBytes();
        long pending = found.size();
        long bytes = 0;
        long last = 0;
        long sent = 0;
        for (long sequence : found) {
            pending--;
            if (sequence < said.sequence()) {
                continue;
            }
            if (!messages.view(sequence, view)) {
                status(handle, "404 Message Not Found");
                return;
            }
            send(handle, false, pending, last);
            last = sequence;
            bytes += view.subjectLength() + view.headerLength() + view.payloadLength();
            sent++;
            if (bytes >= mostBytes || said.batch() > 0 && sent >= said.batch()) {
                break;
            }
        }
        status(
                handle,
                "204 EOB\r\nNats-Num-Pending: "
                        + pending
                        + "\r\nNats-Last-Sequence: "
                        + last
                        + "\r\nNats-UpTo-Sequence: "
                        + upTo);
    }

    // --- answers

    /**
     * Sends the message that the view is at.
     *
     * @param pending how many follow; negative if that isn't said
     * @param last the one before it
     */
    private void send(StreamHandle handle, boolean noHeaders, long pending, long last) {
        out.clear();
        if (noHeaders) {
            block.none();
        } else {
            out.keep(block, headers(handle, pending, last));
        }
        payload.at(view.region(), view.payloadOffset(), view.payloadLength());
        shard.answer(handle, reply, block, payload);
    }

    private byte[] headers(StreamHandle handle, long pending, long last) {
        byte[] subject = view.region().bytes(view.subjectOffset(), view.subjectLength());
        StringBuilder more = new StringBuilder(256);
        more.append("Nats-Stream: ").append(handle.name());
        more.append("\r\nNats-Subject: ");
        more.append(new String(subject, StandardCharsets.ISO_8859_1));
        more.append("\r\nNats-Sequence: ").append(view.sequence());
        more.append("\r\nNats-Time-Stamp: ").append(GoTime.text(view.timeNs()));
        if (pending >= 0) {
            more.append("\r\nNats-Num-Pending: ").append(pending);
            more.append("\r\nNats-Last-Sequence: ").append(last);
        }
        more.append("\r\n\r\n");
        byte[] added = more.toString().getBytes(StandardCharsets.ISO_8859_1);
        int kept = view.headerLength() == 0 ? BEGIN.length : view.headerLength() - 2;
        byte[] all = new byte[kept + added.length];
        if (view.headerLength() == 0) {
            System.arraycopy(BEGIN, 0, all, 0, kept);
        } else {
            view.region().get(view.headerOffset(), all, 0, kept);
        }
        System.arraycopy(added, 0, all, kept, added.length);
        return all;
    }

    private void status(StreamHandle handle, String line) {
        byte[] text = ("NATS/1.0 " + line + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        out.of("", text, NONE);
        shard.answer(handle, reply, out.headers, out.payload);
    }
}
