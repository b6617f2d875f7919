package org.vaxroute.intake;

import java.nio.charset.StandardCharsets;
import org.apache.camel.spi.TypeConverterLoader;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;
import org.vaxroute.ledger.TakenRecord;

/**
 * Lets a route use a record as text or as a HAPI message, so that {@code hl7terser} and the like work on it. Camel finds
 * it by {@code META-INF/services}.
 */
public final class RecordConverterStep implements TypeConverterLoader {
    @Override
    public void load(TypeConverterRegistry registry) {
        registry.addTypeConverter(
                String.class,
                TakenRecord.class,
                new SimpleTypeConverter(false, (type, exchange, value) -> text((TakenRecord) value)));
        registry.addTypeConverter(
                ca.uhn.hl7v2.model.Message.class,
                TakenRecord.class,
                new SimpleTypeConverter(false, (type, exchange, value) -> exchange.getContext()
                        .getTypeConverter()
                        .mandatoryConvertTo(ca.uhn.hl7v2.model.Message.class, exchange, text((TakenRecord) value))));
    }

    private static String text(TakenRecord record) {
        return record.readable() ? record.message().text() : new String(record.received(), StandardCharsets.UTF_8);
    }
}
