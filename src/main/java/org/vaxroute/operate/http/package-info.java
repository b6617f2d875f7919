/** The embedded web server: health, the command line's door, and the console. */
package org.vaxroute.operate.http;
