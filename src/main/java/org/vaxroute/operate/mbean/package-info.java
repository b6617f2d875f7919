/** The operations interface: what VaxRoute shows and does as MBeans. No attribute, result or message names a patient. */
package org.vaxroute.operate.mbean;
