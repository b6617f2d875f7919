package org.vaxroute.submit;

/** The drop-off or results folder is missing, or the login may not look into it. */
public final class FolderRefused extends DeliveryFailure {
    FolderRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
