package org.vaxroute.vxu;

import java.util.List;
import org.vaxroute.hl7.Message;

/**
 * A VXU with what is wrong in the rows it was made of. A faulty value stands in the message as the source gave it, so
 * that the record can be held and shown instead of being lost.
 *
 * @param message the message as far as it could be written
 * @param faults empty when the rows fit the column map
 */
public record Draft(Message message, List<RowFault> faults) {}
