package org.vaxroute.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vaxroute.intake.Tried;
import org.vaxroute.rules.Finding;

/** Tells of a trial as one JSON object a line; the form is documented in {@code docs/command-line.md}. */
final class TryJson implements TryReport {
    private final PrintWriter out;
    private final VaccineCodes vaccines;

    TryJson(PrintWriter out, VaccineCodes vaccines) {
        this.out = out;
        this.vaccines = vaccines;
    }

    @Override
    public void tried(String file, Tried tried) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("file", file);
        line.put("index", tried.index());
        line.put("controlId", tried.controlId());
        line.put("verdict", TryWords.word(tried.judgement().verdict()));
        line.put("doses", doses(tried));
        line.put(
                "findings",
                tried.judgement().findings().stream().map(TryJson::finding).toList());
        out.println(Json.of(line));
    }

    private List<Map<String, Object>> doses(Tried tried) {
        List<Map<String, Object>> doses = new ArrayList<>();
        for (int i = 0; i < tried.judgement().doses().size(); i++) {
            Map<String, Object> dose = new LinkedHashMap<>();
            dose.put("order", i + 1);
            dose.put("cvx", vaccines.cvx(tried.outgoing(), i + 1));
            dose.put("verdict", TryWords.word(tried.judgement().doses().get(i)));
            doses.add(dose);
        }
        return doses;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rule", finding.rule());
        object.put("severity", TryWords.word(finding.severity()));
        object.put("effect", TryWords.word(finding.effect()));
        object.put("location", finding.location());
        object.put("text", finding.reason());
        object.put("remedy", finding.remedy());
        return object;
    }

    @Override
    public void end() {
        out.flush();
    }
}
