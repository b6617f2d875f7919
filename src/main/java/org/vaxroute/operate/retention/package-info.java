/** What is removed after its time: texts in the ledger, and files that hold patients' data. */
package org.vaxroute.operate.retention;
