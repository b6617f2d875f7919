/** Ends VaxRoute's process at any moment and looks at what arrived. */
package org.vaxroute.crash;
