package org.vaxroute.rules;

/** What a finding costs when nobody mends it (the receiver's cascade of the guide). */
public enum Effect {
    /** The whole record: an error holds the record with all of its doses. */
    MESSAGE,
    /** One ORDER group: an error holds that dose, the rest of the record goes. */
    DOSE,
    /** The one field, which the registry treats as empty: never holds anything. */
    FIELD
}
