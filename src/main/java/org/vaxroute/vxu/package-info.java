/**
 * Turns rows of an EHR's tables into VXU messages of profile Z22, and lets HAPI judge what is about to leave.
 *
 * <p>Messages are written by plain string building from a {@link org.vaxroute.vxu.ColumnMap}; HAPI is only the {@link
 * org.vaxroute.vxu.Referee}, so that writer and judge have no code in common.
 */
package org.vaxroute.vxu;
