package org.vaxroute.intake;

import java.time.ZoneId;
import org.vaxroute.ledger.Feed;
import org.vaxroute.vxu.ColumnMap;

/**
 * A source whose records arrive as files in {@code <drop folder>/<id>/}.
 *
 * @param id of the source and name of its folder
 * @param zone of the connection
 * @param columns how the rows of a CSV file become a VXU; null when the source sends HL7 only
 */
public record FileSource(String id, String connection, Feed feed, ZoneId zone, ColumnMap columns) {}
