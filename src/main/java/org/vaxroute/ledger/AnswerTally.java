package org.vaxroute.ledger;

import java.util.Map;

/**
 * What was answered to one submission file.
 *
 * @param messages in the file
 * @param unanswered records without an answer of their own, or whose answer does not tell
 * @param codes how often each code came, the most frequent first, at most twenty
 */
public record AnswerTally(
        int messages, int accepted, int warned, int rejected, int unanswered, Map<String, Integer> codes) {}
