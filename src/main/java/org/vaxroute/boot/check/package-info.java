/** Reads the route files as an engineer would and says what is wrong with them before Camel ever sees them. */
package org.vaxroute.boot.check;
