/** Assembling submission files, naming and pacing them, delivering them to the registry and proving that they arrived. */
package org.vaxroute.submit;
