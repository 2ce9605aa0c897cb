package io.millrace.broker.routing.match;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A map that may get very large: its entries are parted among many, so that none of them holds
 * anybody up when it grows. Routing thread.
 */
public final class PartedMap<V> {
    /** With more entries than this, they are parted. */
    private static final int MOST_UNPARTED = 4096;

    private static final int PARTS = 256;

    private Map<String, V> whole = new HashMap<>();
    private @Nullable Map<String, V> @Nullable [] parts;
    private int size;

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    private static int part(String key) {
        // Maps look at the lower bits.
        int hash = key.hashCode() * 0x9E3779B9;
        return hash >>> Integer.SIZE - 8;
    }

    private @Nullable Map<String, V> mapOf(String key) {
        @Nullable Map<String, V>[] split = parts;
        return split == null ? whole : split[part(key)];
    }

    public @Nullable V get(String key) {
        Map<String, V> map = mapOf(key);
        return map == null ? null : map.get(key);
    }

    /** Has the key stand for a value, whatever it stood for. */
    public void put(String key, V value) {
        if (parts == null && size >= MOST_UNPARTED) {
            split();
        }
        @Nullable Map<String, V>[] split = parts;
        Map<String, V> map = mapOf(key);
        if (map == null) {
            map = new HashMap<>();
            if (split != null) {
                split[part(key)] = map;
            }
        }
        if (map.put(key, value) == null) {
            size++;
        }
    }

    private void split() {
        Map<String, V> all = whole;
        whole = new HashMap<>();
        parts = array();
        size = 0;
        all.forEach(this::put);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of generic types
    private static <V> @Nullable Map<String, V>[] array() {
        return new Map[PARTS];
    }

    /** Removes a key; what it stood for, null for nothing. */
    public @Nullable V remove(String key) {
        Map<String, V> map = mapOf(key);
        V gone = map == null ? null : map.remove(key);
        if (gone != null && --size == 0) {
            clear();
        }
        return gone;
    }

    public void clear() {
        whole = new HashMap<>();
        parts = null;
        size = 0;
    }

    public void forEach(BiConsumer<String, V> each) {
        whole.forEach(each);
        @Nullable Map<String, V>[] split = parts;
        if (split != null) {
            for (Map<String, V> map : split) {
                if (map != null) {
                    map.forEach(each);
                }
            }
        }
    }
}
