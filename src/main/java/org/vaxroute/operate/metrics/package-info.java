/** Figures for Prometheus: what the ledger counts, how the routes and the platform do. Counts only; labels are ids of the settings. */
package org.vaxroute.operate.metrics;
