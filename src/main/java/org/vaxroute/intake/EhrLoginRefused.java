package org.vaxroute.intake;

/** The EHR's database does not let the account of a source in. */
final class EhrLoginRefused extends SourceFaultException {
    EhrLoginRefused(String source, String message, Throwable cause) {
        super(source, message, cause);
    }
}
