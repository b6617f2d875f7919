package org.vaxroute.rules;

import java.util.List;
import org.vaxroute.hl7.Message;

/**
 * A message after its transforms.
 *
 * @param message the changed message, the very one that was handed in when nothing changed
 * @param changes which operation changed which place, in order; places only, never values
 */
public record Transformed(Message message, List<Change> changes) {
    public Transformed {
        changes = List.copyOf(changes);
    }
}
