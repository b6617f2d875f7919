package org.vaxroute.ledger;

import org.vaxroute.rules.Effect;
import org.vaxroute.rules.Severity;

/** What is kept of a finding; reason and remedy are in the rule of that id. */
public record StoredFinding(String rule, Severity severity, Effect effect, String location) {}
