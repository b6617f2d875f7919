/**
 * Reads and writes HL7 version 2 text in its ER7 (pipe) form: a file is inspected, split into messages, each message is
 * seen through a flat view and edited by copy, and messages are put into a batch envelope. Needs the JDK only.
 */
package org.vaxroute.hl7;
