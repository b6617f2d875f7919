package org.vaxroute.answers;

import java.time.Duration;
import java.util.List;
import org.vaxroute.ledger.Answer;

/**
 * Some answers of one file, in its order: what is applied in one transaction.
 *
 * @param reportLag lines without control ids speak of what was sent at least this long before the file was fetched
 */
public record AnswerChunk(long answerFile, List<Answer> answers, Duration reportLag) {}
