/** Code tables and crosswalks as dated CSV files, and the reader that makes them from what CDC publishes. */
package org.vaxroute.codes;
