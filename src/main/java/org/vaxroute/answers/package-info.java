/**
 * What the registry says back: answers are fetched, read in whatever form they come, tied to the record and dose that they speak of, and
 * settled in the ledger. {@link org.vaxroute.answers.AnswersBeans} is what the routes name.
 */
package org.vaxroute.answers;
