package io.millrace.broker.jetstream;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** Consumers by when they are to be polled: a heap whose members know their place. Shard thread. */
final class DueConsumers {
    private static final int SMALLEST = 16;

    private @Nullable ConsumerHandle[] heap = new ConsumerHandle[SMALLEST];
    private int size;

    /** When the first is due, since the epoch; {@link Long#MAX_VALUE} if none is. */
    long dueNs() {
        return size == 0 ? Long.MAX_VALUE : at(0).dueNs;
    }

    private ConsumerHandle at(int place) {
        ConsumerHandle there = heap[place];
        if (there == null) {
            throw new IllegalStateException("no consumer at " + place);
        }
        return there;
    }

    /** One is due earlier than it was. */
    void put(ConsumerHandle consumer, long dueNs) {
        consumer.dueNs = dueNs;
        if (consumer.duePlace < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            place(consumer, size);
            size++;
        }
        up(consumer);
    }

    /** Takes the first; it isn't due from here on. */
    ConsumerHandle poll() {
        ConsumerHandle first = at(0);
        remove(first);
        return first;
    }

    void remove(ConsumerHandle consumer) {
        int place = consumer.duePlace;
        consumer.duePlace = -1;
        consumer.dueNs = Long.MAX_VALUE;
        if (place < 0) {
            return;
        }
        size--;
        ConsumerHandle last = at(size);
        heap[size] = null;
        if (last != consumer) {
            place(last, place);
            up(last);
            down(last);
        }
    }

    private void place(ConsumerHandle consumer, int place) {
        heap[place] = consumer;
        consumer.duePlace = place;
    }

    private void up(ConsumerHandle consumer) {
        int place = consumer.duePlace;
        while (place > 0) {
            ConsumerHandle parent = at(place - 1 >>> 1);
            if (parent.dueNs <= consumer.dueNs) {
                break;
            }
            int above = parent.duePlace;
            place(parent, place);
            place = above;
        }
        place(consumer, place);
    }

    private void down(ConsumerHandle consumer) {
        int place = consumer.duePlace;
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && at(child + 1).dueNs < at(child).dueNs) {
                child++;
            }
            ConsumerHandle below = at(child);
            if (below.dueNs >= consumer.dueNs) {
                break;
            }
            place(below, place);
            place = child;
        }
        place(consumer, place);
    }
}
