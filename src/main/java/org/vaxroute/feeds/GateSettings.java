package org.vaxroute.feeds;

/**
 * What the gate of a connection asks for.
 *
 * @param cleanFiles error-free test files that the registry wants before its review (3 to 5)
 * @param warningsSpoil whether a warning makes a test file count as faulty
 * @param separateAccount whether tests have a login of their own at the registry, so that they may go on beside production
 * @param testMessages most messages of a test file; the first one has a single message
 * @param firstTestDoses most doses of the first test file; 0 for any
 * @param firstProductionMessages most messages of the one production file that may leave before it is confirmed
 */
public record GateSettings(
        int cleanFiles,
        boolean warningsSpoil,
        boolean separateAccount,
        int testMessages,
        int firstTestDoses,
        int firstProductionMessages) {
    public static final GateSettings DEFAULT = new GateSettings(3, false, false, 50, 1, 100);

    public GateSettings {
        if (cleanFiles < 1) {
            throw new IllegalArgumentException("gate.clean-files is " + cleanFiles + "; the registry asks for 3 to 5.");
        }
        if (testMessages < 1 || firstProductionMessages < 1) {
            throw new IllegalArgumentException(
                    "gate.test-messages and gate.first-production-messages must be at least 1, or no file could ever leave.");
        }
    }
}
