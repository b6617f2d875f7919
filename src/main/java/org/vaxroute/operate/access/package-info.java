/** Who may do what: roles, users, passwords, and the rules that stand between a browser or a command line and the MBeans. */
package org.vaxroute.operate.access;
