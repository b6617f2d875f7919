package org.vaxroute.answers;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.vaxroute.ledger.Answer;

/**
 * Some answers of one file, in its order: what is applied in one transaction.
 *
 * @param reportLag lines without control ids speak of what was sent at least this long before the file was fetched
 * @param zone in which the registry names days
 */
public record AnswerChunk(long answerFile, List<Answer> answers, Duration reportLag, ZoneId zone) {}
