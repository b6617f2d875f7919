/** The benchmark: VaxRoute beside the route that one would write without it, in one run, equally warm. */
package org.vaxroute.bench;
