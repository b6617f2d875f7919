/** What people do with records that are held: many at once, and one by one through the door that shows patient data. */
package org.vaxroute.operate.held;
