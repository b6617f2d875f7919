/**
 * Finds the home folder and reads everything a site may set: one catalogue of keys, one reader, one list of faults.
 *
 * <p>Only this package opens property files. The other rooms are handed finished records.
 */
package org.vaxroute.boot.settings;
