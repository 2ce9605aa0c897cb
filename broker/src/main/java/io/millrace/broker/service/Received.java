package io.millrace.broker.service;

import io.millrace.broker.delivery.MessageRecord;
import io.millrace.protocol.Region;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The message that a reader stands at, and the accounts that messages have come from. On the
 * service's thread.
 */
final class Received implements ServiceMessage {
    private final MessageRecord.View record;
    private final AccountNumbers accounts;

    // By the router's number of the account; each is that of one epoch.
    private @Nullable ServiceAccount[] known = new ServiceAccount[4];
    private int[] epochs = new int[4];

    Received(MessageRecord.View record, AccountNumbers accounts) {
        this.record = record;
        this.accounts = accounts;
    }

    @Override
    public ServiceAccount from() {
        int number = record.account();
        if (number < known.length) {
            ServiceAccount account = known[number];
            if (account != null && epochs[number] == record.accountEpoch()) {
                return account;
            }
        }
        return meet(number);
    }

    private ServiceAccount meet(int number) {
        if (number >= known.length) {
            int length = Math.max(number + 1, 2 * known.length);
            known = Arrays.copyOf(known, length);
            epochs = Arrays.copyOf(epochs, length);
        }
        ServiceAccount account = accounts.of(record.accountName());
        known[number] = account;
        epochs[number] = record.accountEpoch();
        return account;
    }

    @Override
    public int sid() {
        return record.sid();
    }

    @Override
    public long cid() {
        return record.cid();
    }

    @Override
    public boolean isFromClient() {
        return record.isFromClient();
    }

    @Override
    public boolean isCrossed() {
        return record.isCrossed();
    }

    @Override
    public boolean isUnheard() {
        return record.isUnheard();
    }

    @Override
    public boolean isRefused() {
        return record.isRefused();
    }

    @Override
    public Region bytes() {
        return record.bytes();
    }

    @Override
    public int subjectOffset() {
        return record.subjectOffset();
    }

    @Override
    public int subjectLength() {
        return record.subjectLength();
    }

    @Override
    public int replyOffset() {
        return record.replyOffset();
    }

    @Override
    public int replyLength() {
        return record.replyLength();
    }

    @Override
    public int headerOffset() {
        return record.headerOffset();
    }

    @Override
    public int headerLength() {
        return record.headerLength();
    }

    @Override
    public int payloadOffset() {
        return record.payloadOffset();
    }

    @Override
    public int payloadLength() {
        return record.payloadLength();
    }

    @Override
    public String account() {
        return record.accountName();
    }

    @Override
    public String subject() {
        return record.subject();
    }

    @Override
    public String reply() {
        return record.reply();
    }

    @Override
    public byte[] headers() {
        return record.headers();
    }

    @Override
    public byte[] payload() {
        return record.payload();
    }
}
