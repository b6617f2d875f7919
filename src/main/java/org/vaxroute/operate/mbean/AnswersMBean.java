package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** What registries sent back. */
@Description("Answers of registries: files that were fetched, and lines that speak of no record of ours")
public interface AnswersMBean {
    @Description("How many lines speak of no record that we could find, and nobody has put aside yet")
    long getUnmatched();

    @Description(
            "Answer files that a person must see to, oldest first, a hundred at most: those that are UNREADABLE, and those with"
                    + " lines that speak of no record, or of several")
    List<Map<String, Object>> getNotUnderstood();

    @Description("The latest answer files, newest first")
    List<Map<String, Object>> list(@Description("How many at most") int limit);

    @Description(
            "Lines that speak of no record, or of several, oldest first; without their words, which may name a patient")
    List<Map<String, Object>> unmatched(@Description("How many at most") int limit);

    @Description(
            "One answer file with its first hundred unmatched lines, without their words, and what people did; no patient data")
    Map<String, Object> show(@Description("Name of our copy, as it is listed, or CONNECTION/NAME") String answer);

    @Action
    @Description("Puts the unmatched lines of an answer file aside, or a file that is UNREADABLE once you have read it")
    String dismiss(
            @Description("Name of our copy, as it is listed, or CONNECTION/NAME") String answer,
            @Description("Why; name no patient") String why);

    @Action
    @Description("Has an answer file read that could not be read before, as after a new reader was added")
    String again(@Description("Name of our copy, as it is listed, or CONNECTION/NAME") String answer);

    @Description(
            "What sending a submission file again would do, or why it is not to be done; does nothing; no patient data")
    Map<String, Object> outlook(@Description("Name of the submission file, or CONNECTION/NAME") String file);

    @Action
    @Description("Sends the records of a submission file again that the registry refused as a whole, or lost")
    String resend(
            @Description("Name of the submission file, or CONNECTION/NAME") String file,
            @Description("The registry's word that it may be sent again, where it failed on its own side; else empty")
                    String told,
            @Description("Why; name no patient") String why);
}
