/** What people who run VaxRoute see and do: operations as MBeans, health, the console and who may do what there. */
package org.vaxroute.operate;
