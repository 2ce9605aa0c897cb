package io.millrace.broker.config;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** A block of the configuration, or its top: the keys there are. */
public final class Block {
    private final String name;
    private final List<Block> inner;
    private final Function<String, String> unknown;
    private final List<Key> keys = new ArrayList<>();
    private final Map<String, Key> byName = new HashMap<>();

    /** A block, named after its key; without a name, the top or a part of it. */
    public Block(String name) {
        this(name, List.of());
    }

    /**
     * A block.
     *
     * @param inner blocks that a key may have been meant for that isn't one of this
     */
    public Block(String name, List<Block> inner) {
        this.name = name;
        this.inner = inner;
        this.unknown = key -> UnknownField.message(this, key);
    }

    /**
     * A block.
     *
     * @param unknown what to say of a key that is none, given as it is written
     */
    public Block(String name, Function<String, String> unknown) {
        this.name = name;
        this.inner = List.of();
        this.unknown = unknown;
    }

    /**
     * Adds a key.
     *
     * @throws IllegalStateException if there is one of that name
     */
    public void add(Key key) {
        keys.add(key);
        for (String each : key.names()) {
            if (byName.put(each, key) != null) {
                throw new IllegalStateException("two keys are called " + each);
            }
        }
    }

    /** Adds a key that is no option of its own; its first name is told. */
    public void key(Key.Reader reader, String... names) {
        add(new Key(List.of(names), true, true, reader));
    }

    /** Adds keys of features that aren't built. */
    public void notBuilt(String... names) {
        notBuilt(NotBuilt::refuse, names);
    }

    /** Adds keys of features that aren't built, which are refused in a way of their own. */
    public void notBuilt(Key.Reader refusal, String... names) {
        for (String each : names) {
            add(new Key(List.of(each), false, false, refusal));
        }
    }

    /** The name of its key; empty at the top. */
    public String name() {
        return name;
    }

    /** All keys, in the order in which they are told. */
    public List<Key> keys() {
        return keys;
    }

    /** Blocks that a key may have been meant for that isn't one of this. */
    List<Block> inner() {
        return inner;
    }

    /** The keys that are told to who misspells one. */
    public List<String> told() {
        return keys.stream().filter(Key::told).map(key -> key.names().getFirst()).toList();
    }

    /** All names of the keys that are told to who misspells one. */
    List<String> names() {
        return keys.stream().filter(Key::told).flatMap(key -> key.names().stream()).toList();
    }

    /** The key of that name, in whichever letters; null if there is none. */
    public @Nullable Key find(String written) {
        return byName.get(written.toLowerCase(Locale.ROOT));
    }

    /** Takes over all of a map; each value that can't be is an error of its own. */
    public void read(Map<String, ConfigValue.Entry> map, Reading in) {
        map.forEach((written, entry) -> readOrReport(Field.of(written, entry), in));
    }

    /** Takes over one value; that it can't be is an error. */
    public void readOrReport(Field field, Reading in) {
        try {
            read(field, in);
        } catch (BadValueException e) {
            in.error(field.at(), e.getMessage());
        }
    }

    /**
     * Takes over one value. A key that is none is an error, unless something refers to it.
     *
     * @throws BadValueException if it can't be taken
     */
    public void read(Field field, Reading in) throws BadValueException {
        Key key = find(field.written());
        if (key != null) {
            key.reader().read(field, in);
        } else if (!field.entry().isVariable()) {
            in.error(field.at(), unknown.apply(field.written()));
        }
    }
}
