package org.vaxroute.operate.mbean;

/** Sends the records of a file again that the registry refused as a whole, or lost. */
@FunctionalInterface
public interface Resend {
    /**
     * @param told the registry's word that it may be sent again; empty when none is needed
     * @return name of the file in which they travel now
     * @throws IllegalArgumentException when this file is not to be sent again, saying why not
     */
    String resend(String file, String told, String who, String why);
}
