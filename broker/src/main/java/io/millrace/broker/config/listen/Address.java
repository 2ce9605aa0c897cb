package io.millrace.broker.config.listen;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Typed;

/** An address to listen on: a port, or {@code host:port}. */
public final class Address {
    private Address() {}

    /**
     * Reads one into two options.
     *
     * @throws BadValueException if it isn't one
     */
    public static void read(Field field, Reading in, Option<String> host, Option<Integer> port)
            throws BadValueException {
        if (field.value() instanceof ConfigValue.Whole(Position _, long _)) {
            in.settings().set(port, Typed.integer(field.key(), field.value()));
            return;
        }
        String address = Typed.text(field.key(), field.value());
        int colon = address.lastIndexOf(':');
        if (colon < 0 || address.indexOf(':') != colon && !address.startsWith("[")) {
            throw new BadValueException("could not parse address string \"" + address + "\"");
        }
        String name = address.substring(0, colon);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        String number = address.substring(colon + 1);
        try {
            in.settings().set(port, Integer.parseInt(number));
        } catch (NumberFormatException e) {
            throw new BadValueException("could not parse port \"" + number + "\"");
        }
        in.settings().set(host, name);
    }
}
