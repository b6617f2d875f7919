package org.vaxroute.rules;

import java.time.LocalDate;

/**
 * What a check needs to know beside the message.
 *
 * @param today the day on which dates count as past or future, in the connection's time zone
 * @param production true when the record is meant for the registry's production world
 */
public record CheckContext(LocalDate today, boolean production) {}
