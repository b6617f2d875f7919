/**
 * Judges records by rules that are data, and changes records by operations that are data. Knows HL7 locations and
 * code tables, nothing of Camel and nothing of one particular registry.
 */
package org.vaxroute.rules;
