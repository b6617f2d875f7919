/**
 * The database that knows every record, dose, file, position, claim, gate step and operator action. One schema serves H2 in a file and
 * PostgreSQL; {@link org.vaxroute.ledger.Ledger} is the way in, and every change of state is one guarded update in one place.
 */
package org.vaxroute.ledger;
