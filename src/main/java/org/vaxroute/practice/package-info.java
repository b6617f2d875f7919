/**
 * The practice registry and the practice EHR: both ends of the story, for demonstrations, tests and rehearsals without the
 * state.
 *
 * <p>This room stands for other people's systems. It must not share code with the rooms it puts to the test: it uses HAPI,
 * MINA SSHD and FtpServer, and neither {@code hl7}, {@code vxu}, {@code rules} nor {@code ledger}. What it says is wrong with a
 * message is written from the guide a second time, and what it counts it counts itself. Only {@code boot} and {@code cli}
 * know it.
 */
package org.vaxroute.practice;
