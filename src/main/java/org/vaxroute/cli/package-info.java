/** The command line: what people type, and what they read in answer. */
package org.vaxroute.cli;
