/**
 * What ends a started process at a named point. It is a Java agent of the tests: the product holds no such place, and nobody can set it
 * off by a setting.
 */
package org.vaxroute.crash.agent;
