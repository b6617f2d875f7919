package org.vaxroute.operate.held;

import java.util.Map;
import org.vaxroute.rules.RuleSet;

/**
 * What a stored finding says to a person. The ledger keeps the id of its rule; the words are the rule's, or those here for what VaxRoute
 * itself finds, which no registry's file can change.
 */
public record FindingWords(String reason, String remedy) {
    private static final FindingWords NONE = new FindingWords("", "");

    private static final Map<String, FindingWords> OWN = Map.ofEntries(
            words(
                    "SITE-UNKNOWN",
                    "The record names no facility, or one that is no site of this connection, so nobody knows under which registry id to report it.",
                    "Add the clinic to config/sites.csv with this code in sourceFacility, or correct the facility in the EHR; then recheck the record."),
            words(
                    "SITE-EXPIRED",
                    "The agreement with the registry of the clinic that sends this record, or of the organization above it, has ended.",
                    "Renew the agreement, enter its new end as agreementUntil in config/sites.csv, and recheck the record."),
            words(
                    "SITE-INACTIVE",
                    "The vaccination lies outside of the days on which its clinic is reported under this connection.",
                    "Check the date and the facility; if both are right, correct activeFrom or activeUntil in config/sites.csv and recheck the record."),
            words(
                    "ONE-DOSE-OR-TWO",
                    "Another source told of a dose of this vaccine on this day, and it cannot be seen whether this is that dose or a second one.",
                    "Look into the chart. Release it when there were two doses; drop it when it is the same one."),
            words(
                    "DOSE-OF-ANOTHER-SOURCE",
                    "This source takes back a dose that another source says was given.",
                    "Look into the chart. Release it when the dose was not given, which deletes it at the registry; drop it when it was."),
            words(
                    "NUMBER-USED-AGAIN",
                    "The registry was told of a dose of another vaccine on another day under this order number.",
                    "Look into the chart. Release it when that one was wrong, which changes or deletes it at the registry. When both were given,"
                            + " have the EHR give this one a number of its own, and drop it."),
            words(
                    "NUMBER-OF-SEVERAL",
                    "The registry has several doses under this order number, and it cannot be seen whether this corrects one of them or is one more.",
                    "Look into the chart. Release it when it is one more. When it corrects one, have the EHR delete that one (RXA-21 D, with its"
                            + " vaccine and day), then release it."),
            words(
                    "DOSES-INSEPARABLE",
                    "Something holds one of the doses, and the message is not built so that the others could go without it.",
                    "Mend what the other findings say, or have the EHR begin each dose with an ORC."),
            words(
                    "UNREADABLE",
                    "This is no HL7 message that can be read.",
                    "Correct the message at its source and send it again."),
            words(
                    "KAFKA-STRAY",
                    "The key or header of this Kafka record names no source of kind kafka.",
                    "Have the sender send it again with the right key (docs/kafka.md); then drop this one."),
            words(
                    "TOO-LONG",
                    "This record is longer than intake.largest-message.",
                    "Have the sender send one message in each record; then drop this one."),
            words(
                    "ROW-UNFIT",
                    "A value of its rows did not fit the column map when they were read.",
                    "Mend the map and have the source read the row again, or change the value by a transform and recheck the record."),
            words(
                    "HAPI-REFEREE",
                    "A second HL7 reader cannot read the message as 2.5.1.",
                    "Correct the place in the EHR, or by a transform, then recheck."),
            words(
                    "TRANSFORM-FAILED",
                    "A transform stopped on this record.",
                    "Check the transforms of this source, then recheck the record."),
            words(
                    "NEWER-FAILED",
                    "The ongoing feed has sent newer data of this patient, and this older record could not be brought up to them.",
                    "Drop it when the ongoing feed tells all of it; otherwise correct it or let the EHR send it by the ongoing feed."),
            words(
                    "RESTORED",
                    "The ledger was restored from a backup, and nobody can tell whether this was sent since, or whether something newer was.",
                    "Compare it with what the registry has. Release it when the registry lacks it; drop it when it has this or something newer."),
            words(
                    "CHECK-FAILED",
                    "The check stopped on this record.",
                    "Report it to the keepers of the rules, then recheck the record."),
            words(
                    "ROUTE-STEP-FAILED",
                    "A step that the site added to its route failed on this record.",
                    "Look at the site's own steps in the intake route, then recheck the record."));

    private static Map.Entry<String, FindingWords> words(String rule, String reason, String remedy) {
        return Map.entry(rule, new FindingWords(reason, remedy));
    }

    /** @param rules of the connection; null when it is in use no more */
    public static FindingWords of(String rule, RuleSet rules) {
        FindingWords own = OWN.get(rule);
        if (own != null || rules == null) {
            return own == null ? NONE : own;
        }
        return rules.rule(rule)
                .map(one -> new FindingWords(one.reason(), one.remedy()))
                .orElse(NONE);
    }
}
