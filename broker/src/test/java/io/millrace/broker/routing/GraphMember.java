package io.millrace.broker.routing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A client as the oracle knows it. */
final class GraphMember {
    /** A subscription; without a queue group, that is empty. */
    static final class Sub {
        final GraphMember member;
        final int sid;
        final String subject;
        final String queue;
        int delivered;
        int max;

        Sub(GraphMember member, int sid, String subject, String queue) {
            this.member = member;
            this.sid = sid;
            this.subject = subject;
            this.queue = queue;
        }

        /** How many it may still get. */
        int left() {
            return max == 0 ? Integer.MAX_VALUE : max - delivered;
        }

        @Override
        public String toString() {
            return member + " sid " + sid + " (" + (subject + " " + queue).strip() + ")";
        }
    }

    final int id;
    final int server;
    final String account;
    final boolean echo;
    final boolean headers;
    final boolean noResponders;
    final List<String> mayNotPublish;
    final List<String> mayNotSubscribe;
    final Map<Integer, Sub> subs = new LinkedHashMap<>();

    /** What it was asked, and how it answers. */
    String lastReply = "";

    GraphMember(
            int id,
            int server,
            String account,
            boolean echo,
            boolean headers,
            boolean noResponders,
            List<String> mayNotPublish,
            List<String> mayNotSubscribe) {
        this.id = id;
        this.server = server;
        this.account = account;
        this.echo = echo;
        this.headers = headers;
        this.noResponders = noResponders;
        this.mayNotPublish = mayNotPublish;
        this.mayNotSubscribe = mayNotSubscribe;
    }

    boolean mayPublish(String subject) {
        return mayNotPublish.stream().noneMatch(each -> NaiveNames.matches(each, subject));
    }

    /** Whether it may subscribe to a subject, or have a message under it. */
    boolean mayHave(String subject) {
        return mayNotSubscribe.stream().noneMatch(each -> NaiveNames.matches(each, subject));
    }

    @Override
    public String toString() {
        return id + "@" + account + "/" + server;
    }
}
