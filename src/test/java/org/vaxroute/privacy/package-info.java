/** Everything runs with marked patients, and then whatever people see is searched for the marks. */
package org.vaxroute.privacy;
