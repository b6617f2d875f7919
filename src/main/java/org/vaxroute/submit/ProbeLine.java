package org.vaxroute.submit;

/**
 * One line of a check.
 *
 * @param subject what was looked at
 * @param ok whether it is as it should be
 * @param says what was found or, when it is not ok, what to do
 */
public record ProbeLine(String subject, boolean ok, String says) {
    static ProbeLine ok(String subject, String says) {
        return new ProbeLine(subject, true, says);
    }

    static ProbeLine bad(String subject, String says) {
        return new ProbeLine(subject, false, says);
    }
}
