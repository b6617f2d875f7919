package org.vaxroute.practice;

/**
 * A dose that the practice registry holds.
 *
 * @param patient PID-3.1 and its authority, joined by {@code ^}
 * @param order ORC-3.1
 * @param given RXA-3, as it was sent
 * @param vaccine RXA-5.1
 */
public record BelievedDose(String patient, String order, String given, String vaccine) {
    boolean isSameVaccination(String day, String code) {
        return given.equals(day) && vaccine.equals(code);
    }
}
