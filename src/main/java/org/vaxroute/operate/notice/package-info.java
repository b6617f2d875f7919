/** Notices to the registry, the EHR vendor and the operators: their texts, mail, and drafts where no mail server is set. */
package org.vaxroute.operate.notice;
