package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** Where a connection stands with its registry. */
@Description("A connection's gate: the steps from testing to live production, with the evidence for each")
public interface ConnectionMBean {
    @Description("REGISTERED, TESTING, REVIEW_REQUESTED, APPROVED, LIVE or SUSPENDED")
    String getState();

    @Description("Since when (UTC)")
    String getSince();

    @Description("Reason of the last step, if one was given")
    String getWhy();

    @Description("How testing goes")
    String getProgress();

    @Description("What should be done next, with the command")
    String getNextStep();

    @Description("Everything on record for the gate, oldest first")
    List<Map<String, Object>> getEvidence();

    @Description(
            "How the production messages of the last 30 days fared, by the day of sending: sent, answered, warned, rejected;"
                    + " up to a minute ago")
    List<Map<String, Object>> getAcceptance();

    @Action
    @Description("Begins testing: the test feed may send, nothing else can")
    String test();

    @Action
    @Description("Records that the registry found a test file clean or faulty")
    String attest(
            @Description("Name of the submission file") String file,
            @Description("true when the registry found no error in it") boolean clean,
            @Description("Reference of the registry's reply, such as date and sender of its email") String reply);

    @Action
    @Description("Asks the registry to review the test files")
    String requestReview();

    @Action
    @Description("Records the registry's Production email; the first production file may leave then")
    String approve(
            @Description("Date of the email, YYYY-MM-DD") String date,
            @Description("Who sent it") String sender,
            @Description("Its subject or message id") String reference);

    @Action
    @Description("Opens the ongoing feed, once the first production file was found clean")
    String live();

    @Action
    @Description("Takes over an organization that is live with the registry already")
    String adopt(
            @Description("The registry's word that it is live") String reference,
            @Description(
                            "For the record: doses entered before this moment were reported by the former system; ISO-8601, UTC")
                    String cutOff,
            @Description("true when a historical load is planned, false when it is waived") boolean historyPlanned);

    @Action
    @Description("Puts the registry's agreement to a historical load on record")
    String agreeHistory(@Description("Reference of the agreement") String reference);

    @Action
    @Description("Stops everything that leaves for this connection")
    String suspend(@Description("Why") String why);

    @Action
    @Description("Goes on where the connection was suspended")
    String resume(@Description("Why it may go on") String why);

    @Action
    @Description("Tests anew while suspended")
    String retest(@Description("Why") String why);
}
