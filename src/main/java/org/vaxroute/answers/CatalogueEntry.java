package org.vaxroute.answers;

import org.vaxroute.ledger.Answer;

/**
 * What one code of the registry means.
 *
 * @param code as the registry writes it; ends with * for a whole family
 * @param outcome what it means for what it speaks of; null when ERR-4 must tell
 * @param scope how much it concerns; null when its location must tell
 * @param settling what is to be done about it
 * @param meaning in plain words
 * @param remedy what a person does about it; empty when nothing
 */
public record CatalogueEntry(
        String code,
        Answer.Outcome outcome,
        Answer.Scope scope,
        Answer.Settling settling,
        String meaning,
        String remedy) {}
