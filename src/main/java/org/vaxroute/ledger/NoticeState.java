package org.vaxroute.ledger;

/** How far a notice is. */
public enum NoticeState {
    /** To be mailed, or to be written as a draft. */
    OWED,
    /** Handed to the mail server, whose word is not on record. */
    SENDING,
    /** Written as a draft; a person sends it and says so. */
    DRAFTED,
    /** The mail server took it, or a person says that it was sent. */
    SENT
}
