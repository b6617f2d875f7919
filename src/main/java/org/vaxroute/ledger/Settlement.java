package org.vaxroute.ledger;

/**
 * What became of held records.
 *
 * @param ready go, whole or in part
 * @param stillHeld are held as before
 * @param said need not be sent: the registry knows it, or a newer record says it
 * @param gone were not held any more
 * @param again have to be looked at again, because meanwhile a newer record of their patient came, some of their doses went, or a person edited them
 */
public record Settlement(int ready, int stillHeld, int said, int gone, int again) {
    public static final Settlement NONE = new Settlement(0, 0, 0, 0, 0);

    public Settlement plus(Settlement other) {
        return new Settlement(
                ready + other.ready,
                stillHeld + other.stillHeld,
                said + other.said,
                gone + other.gone,
                again + other.again);
    }
}
