/** The gate that a connection must pass before it may send, the schedules of its feeds and the dates it must not miss. */
package org.vaxroute.feeds;
