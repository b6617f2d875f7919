/** Starts Camel in each shell, binds the beans that the routes name and reads the settings. */
package org.vaxroute.boot;
