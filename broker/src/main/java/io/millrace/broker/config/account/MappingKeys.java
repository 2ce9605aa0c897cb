package io.millrace.broker.config.account;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.protocol.BadTransformException;
import io.millrace.protocol.MapDest;
import io.millrace.protocol.Subject;
import io.millrace.protocol.SubjectMapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code mappings} of an account, and those at the top. */
public final class MappingKeys {
    private static final int ALL = 100;

    private static final Rows<MapDest> ROWS =
            new Rows<>(
                    new Block(
                            "mappings",
                            key -> "Unknown field " + Quote.of(key) + " for mapping destination"));

    private static final Option<String> DESTINATION =
            ROWS.option("")
                    .key((field, _) -> Length.text(field), "destination", "dest")
                    .concluded();

    private static final Option<Integer> WEIGHT =
            ROWS.option(0).key((field, _) -> weight(field.value()), "weight").concluded();

    private static final Option<String> CLUSTER =
            ROWS.option("")
                    .key((field, _) -> Typed.text("cluster", field.value()), "cluster")
                    .concluded();

    private MappingKeys() {}

    /**
     * Reads mappings; what is wrong within is added to the errors.
     *
     * @throws BadValueException if it isn't a map
     */
    public static List<MappingOptions> read(Field field, Reading in) throws BadValueException {
        List<MappingOptions> mappings = new ArrayList<>();
        for (Map.Entry<String, ConfigValue.Entry> each :
                Typed.table(field.key(), field.value()).entrySet()) {
            ConfigValue.Entry entry = each.getValue();
            try {
                mappings.add(mapping(each.getKey(), entry.value(), in));
            } catch (BadValueException e) {
                in.error(entry.at(), e.getMessage());
            }
        }
        return mappings;
    }

    private static MappingOptions mapping(String source, ConfigValue value, Reading in)
            throws BadValueException {
        Length.bounded("subject", source);
        if (!Subject.isValid(source)) {
            throw new BadValueException("Subject " + Quote.of(source) + " is not a valid subject");
        }
        String to = "";
        int before = in.errors().size();
        List<MapDest> destinations = new ArrayList<>();
        switch (value) {
            case ConfigValue.Text(Position _, String destination) -> {
                to = " to " + Quote.of(destination);
                destinations.add(new MapDest(Length.bounded("destination", destination), ALL));
            }
            case ConfigValue.Array(Position _, List<ConfigValue> values) ->
                    values.forEach(each -> destination(each, destinations, in));
            default -> destination(value, destinations, in);
        }
        if (in.errors().size() == before) {
            try {
                SubjectMapping.of(source, destinations);
            } catch (BadTransformException e) {
                throw new BadValueException(
                        "Error adding mapping for "
                                + Quote.of(source)
                                + to
                                + " : "
                                + e.getMessage());
            }
        }
        return new MappingOptions(source, List.copyOf(destinations));
    }

    private static void destination(ConfigValue value, List<MapDest> destinations, Reading in) {
        if (!(value
                instanceof
                ConfigValue.Table(Position at, Map<String, ConfigValue.Entry> entries))) {
            in.error(value.at(), "Expected an entry for the mapping destination");
            return;
        }
        int before = in.errors().size();
        Settings said = new Settings();
        ROWS.block().read(entries, in.into(said));
        if (in.errors().size() > before) {
            return;
        }
        String subject = said.get(DESTINATION);
        if (said.has(WEIGHT)) {
            destinations.add(new MapDest(subject, said.get(WEIGHT), said.get(CLUSTER)));
        } else {
            in.error(at, "Missing weight for mapping destination " + Quote.of(subject));
        }
    }

    private static int weight(ConfigValue value) throws BadValueException {
        long weight =
                switch (value) {
                    case ConfigValue.Whole(Position _, long number) -> number;
                    case ConfigValue.Text(Position _, String text) -> weight(text);
                    default ->
                            throw new BadValueException(
                                    "Unknown entry type for weight of " + value.kind());
                };
        if (weight < 0 || weight > ALL) {
            throw invalidWeight(Long.toString(weight));
        }
        return (int) weight;
    }

    private static long weight(String text) throws BadValueException {
        try {
            return Percent.of(text);
        } catch (NumberFormatException e) {
            throw invalidWeight(Quote.of(Percent.digits(text)));
        }
    }

    private static BadValueException invalidWeight(String weight) {
        return new BadValueException("Invalid weight " + weight + " for mapping destination");
    }
}
