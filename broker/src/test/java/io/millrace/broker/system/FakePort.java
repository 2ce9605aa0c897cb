package io.millrace.broker.system;

import io.millrace.broker.service.Service;
import io.millrace.broker.service.ServiceAccount;
import io.millrace.broker.service.ServiceMessage;
import io.millrace.broker.service.ServicePort;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A router that knows nothing but what one service subscribed to, and keeps what it says. */
final class FakePort implements ServicePort {
    /** Something the service has said. */
    record Said(String account, String subject, String reply, byte[] headers, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        String headerText() {
            return new String(headers, StandardCharsets.UTF_8);
        }
    }

    private record Asked(
            int sid,
            String account,
            long cid,
            String subject,
            String reply,
            byte[] headers,
            byte[] payload)
            implements ServiceMessage {
        @Override
        public ServiceAccount from() {
            return new ServiceAccount(0, account);
        }

        @Override
        public boolean isFromClient() {
            return true;
        }

        @Override
        public boolean isCrossed() {
            return false;
        }

        @Override
        public boolean isUnheard() {
            return false;
        }

        @Override
        public boolean isRefused() {
            return false;
        }

        // The services that it tells something ask for copies.

        @Override
        public Region bytes() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int subjectOffset() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int subjectLength() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int replyOffset() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int replyLength() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int headerOffset() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int headerLength() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int payloadOffset() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int payloadLength() {
            throw new UnsupportedOperationException();
        }
    }

    final Map<Integer, String> subscriptions = new LinkedHashMap<>();
    final List<Said> said = new ArrayList<>();
    boolean full;
    int mostBytes = Integer.MAX_VALUE;
    private int lastSid;

    @Override
    public ServiceAccount account(String name) {
        return new ServiceAccount(0, name);
    }

    @Override
    public boolean hasRoom() {
        return !full;
    }

    @Override
    public boolean deliver(
            ServiceAccount account,
            Region to,
            int toOffset,
            int toLength,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength,
            Region headers,
            int headerOffset,
            int headerLength,
            Region payload,
            int payloadOffset,
            int payloadLength) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean publish(
            ServiceAccount account,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength,
            Region headers,
            int headerOffset,
            int headerLength,
            Region payload,
            int payloadOffset,
            int payloadLength) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long missed() {
        return 0;
    }

    @Override
    public int subscribe(String account, String subject) {
        subscriptions.put(++lastSid, account + ' ' + subject);
        return lastSid;
    }

    @Override
    public int subscribeToRequests(String account, String subject) {
        return subscribe(account, subject);
    }

    @Override
    public int subscribeHere(String account, String subject) {
        return subscribe(account, subject);
    }

    @Override
    public void unsubscribe(int sid) {
        subscriptions.remove(sid);
    }

    @Override
    public boolean publish(
            String account, String subject, String reply, byte[] headers, byte[] payload) {
        boolean room = !full && payload.length <= mostBytes;
        if (room) {
            said.add(new Said(account, subject, reply, headers, payload));
        }
        return room;
    }

    private static boolean matches(String wanted, String subject) {
        String[] pattern = wanted.split("\\.");
        String[] tokens = subject.split("\\.");
        boolean matches = pattern.length == tokens.length;
        for (int i = 0; matches && i < tokens.length; i++) {
            matches = pattern[i].equals("*") || pattern[i].equals(tokens[i]);
        }
        return matches;
    }

    /**
     * Publishes something, if anybody subscribed to it.
     *
     * @return what the service has said to it
     */
    List<Said> tell(
            Service service,
            String account,
            long cid,
            String subject,
            String reply,
            String headers,
            String body) {
        int before = said.size();
        subscriptions.forEach(
                (sid, wanted) -> {
                    if (matches(wanted, account + ' ' + subject)
                            || matches(wanted, ' ' + subject)) {
                        service.onMessage(
                                new Asked(
                                        sid,
                                        account,
                                        cid,
                                        subject,
                                        reply,
                                        headers.getBytes(StandardCharsets.ISO_8859_1),
                                        body.getBytes(StandardCharsets.UTF_8)));
                    }
                });
        return List.copyOf(said.subList(before, said.size()));
    }

    @Override
    public boolean isWaiting() {
        return false;
    }

    // None of the services that it is for watches anything.

    @Override
    public int watch(ServiceAccount account, Region subject, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int watch(String account, String subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unwatch(int watch) {
        throw new UnsupportedOperationException();
    }
}
