package org.vaxroute.answers;

import java.util.List;
import org.vaxroute.ledger.Answer;

/** Some answers of one file, in its order: what is applied in one transaction. */
public record AnswerChunk(long answerFile, List<Answer> answers) {}
