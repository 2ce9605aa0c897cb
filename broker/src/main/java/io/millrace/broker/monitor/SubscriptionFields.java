package io.millrace.broker.monitor;

import io.millrace.broker.routing.view.SubscriptionSnapshot;

import java.io.IOException;
import java.util.List;

/** How subscriptions are listed. */
final class SubscriptionFields {
    private SubscriptionFields() {}

    /** Left out when there are none, or they aren't wanted. */
    static void some(
            JsonOut out, ShownSubscriptions shown, List<SubscriptionSnapshot> subscriptions)
            throws IOException {
        if (subscriptions.isEmpty()) {
            return;
        }
        switch (shown) {
            case NONE -> {}
            case SUBJECTS ->
                    out.texts(
                            "subscriptions_list",
                            subscriptions.stream().map(SubscriptionSnapshot::subject).toList());
            case DETAIL ->
                    out.objects(
                            "subscriptions_list_detail", subscriptions, SubscriptionFields::write);
        }
    }

    static void write(JsonOut out, SubscriptionSnapshot subscription) throws IOException {
        out.field("subject", subscription.subject())
                .some("qgroup", subscription.queue())
                .field("sid", subscription.sid())
                .field("msgs", subscription.delivered())
                .some("max", subscription.max())
                .field("cid", subscription.cid());
    }

    static void writeWithAccount(JsonOut out, SubscriptionSnapshot subscription)
            throws IOException {
        out.field("account", subscription.account()).field("account_tag", subscription.account());
        write(out, subscription);
    }
}
