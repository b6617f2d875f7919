package org.vaxroute.operate.http;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vaxroute.codes.CodeTableException;
import org.vaxroute.hl7.Limits;
import org.vaxroute.ledger.EditableText;
import org.vaxroute.ledger.HeldFilter;
import org.vaxroute.ledger.LedgerException;
import org.vaxroute.ledger.WrongTransition;
import org.vaxroute.operate.held.RecordDoor;
import org.vaxroute.operate.held.RecordSheet;
import org.vaxroute.rules.RuleFileException;

/**
 * {@code GET /vaxroute/records/{id}} shows a record as page, JSON or text, and {@code GET /vaxroute/records?what=held} writes a list as CSV: patient data,
 * for stewards. {@code GET /vaxroute/records/} is the page on which a browser asks for them. With {@code Accept: application/hl7-v2} a held record's text comes for editing, and {@code POST /vaxroute/records/{id}} of that type
 * brings it back corrected, with the {@code ETag} as {@code If-Match}. No other method is answered, so that nothing is looked at without an entry on the
 * trail. Answers are never kept by anybody on the way.
 */
final class RecordServlet extends HttpServlet {
    private static final Pattern ID = Pattern.compile("/([0-9]{1,18})");
    private static final String HL7 = "application/hl7-v2";
    private static final String NONE = "There is no such record.";

    private final transient RecordDoor door;

    RecordServlet(RecordDoor door) {
        this.door = door;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Pragma", "no-cache");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'");
        boolean edits = request.getMethod().equals("POST");
        if (!edits && !request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET, POST");
            refuse(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "Only GET and POST are answered here.");
            return;
        }
        try {
            if (edits) {
                edit(request, response);
            } else {
                answer(request, response);
            }
        } catch (RecordDoor.Refused e) {
            refuse(response, HttpServletResponse.SC_FORBIDDEN, e.getMessage());
        } catch (WrongTransition e) {
            refuse(response, HttpServletResponse.SC_CONFLICT, e.getMessage());
        } catch (IllegalArgumentException e) {
            refuse(response, HttpServletResponse.SC_BAD_REQUEST, e.getMessage());
        } catch (RuleFileException | CodeTableException | LedgerException e) {
            refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, e.getMessage());
        }
    }

    private void edit(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Matcher id = ID.matcher(String.valueOf(request.getPathInfo()));
        if (!id.matches()) {
            refuse(response, HttpServletResponse.SC_NOT_FOUND, NONE);
            return;
        }
        // No form of another site can send this type.
        if (!String.valueOf(request.getContentType()).startsWith(HL7)) {
            refuse(response, HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE, "Send the text as " + HL7 + ".");
            return;
        }
        int most = Limits.STANDARD.messageBytes();
        byte[] text = request.getInputStream().readNBytes(most + 1);
        if (text.length > most) {
            throw new IllegalArgumentException("The edited text has more than " + most + " bytes.");
        }
        String match = request.getHeader("If-Match");
        write(
                response,
                "text/plain;charset=UTF-8",
                door.edit(
                                Long.parseLong(id.group(1)),
                                text,
                                match == null ? null : match.replace("\"", ""),
                                text(request, "why"))
                        + "\n");
    }

    private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String accept = String.valueOf(request.getHeader("Accept"));
        String path = request.getPathInfo();
        if (path == null || path.equals("/")) {
            if (request.getParameter("record") != null) {
                path = "/" + text(request, "record").strip();
            } else if (request.getParameter("what") == null && accept.contains("text/html")) {
                write(response, "text/html;charset=UTF-8", door.entrance());
                return;
            } else {
                list(request, response);
                return;
            }
        }
        Matcher id = ID.matcher(path);
        if (id.matches() && accept.equals(HL7)) {
            EditableText text = door.open(Long.parseLong(id.group(1)), text(request, "why"));
            response.setContentType(HL7);
            response.setHeader("ETag", "\"" + text.version() + "\"");
            response.getOutputStream().write(text.text());
            return;
        }
        if (id.matches() && text(request, "form").equals("hl7")) {
            Optional<EditableText> message = door.message(Long.parseLong(id.group(1)), text(request, "why"));
            if (message.isPresent()) {
                response.setContentType("text/plain");
                if (message.get().version() != null) {
                    response.setHeader("ETag", "\"" + message.get().version() + "\"");
                }
                response.getOutputStream().write(message.get().text());
            } else {
                refuse(response, HttpServletResponse.SC_NOT_FOUND, NONE);
            }
            return;
        }
        Optional<RecordSheet> sheet =
                id.matches() ? door.show(Long.parseLong(id.group(1)), text(request, "why")) : Optional.empty();
        if (sheet.isEmpty()) {
            refuse(response, HttpServletResponse.SC_NOT_FOUND, NONE);
            return;
        }
        if (accept.contains("text/html")) {
            write(response, "text/html;charset=UTF-8", sheet.get().html());
        } else if (accept.contains("text/plain")) {
            boolean summary = text(request, "form").equals("summary");
            write(response, "text/plain;charset=UTF-8", sheet.get().text(!summary));
        } else {
            write(response, "application/json", sheet.get().json());
        }
    }

    private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String connection = text(request, "connection");
        String source = text(request, "source");
        String why = text(request, "why");
        // Gathered first: a list that breaks off in the middle would look whole.
        ByteArrayOutputStream csv = new ByteArrayOutputStream();
        long rows =
                switch (text(request, "what")) {
                    case "held" -> door.held(HeldFilter.of(connection, source, text(request, "rule")), why, csv);
                    case "consent" -> door.consent(connection, source, why, csv);
                    case "tasks" -> door.tasks(connection, text(request, "rule"), why, csv);
                    case "birthdays" -> door.birthdays(connection, days(text(request, "days")), why, csv);
                    default -> -1;
                };
        if (rows < 0) {
            refuse(response, HttpServletResponse.SC_NOT_FOUND, "Say what: held, consent, birthdays or tasks.");
            return;
        }
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\"" + text(request, "what") + ".csv\"");
        response.setHeader("X-VaxRoute-Rows", Long.toString(rows));
        csv.writeTo(response.getOutputStream());
    }

    private static int days(String text) {
        return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 60;
    }

    private static String text(HttpServletRequest request, String name) {
        String value = request.getParameter(name);
        return value == null ? "" : value;
    }

    private static void write(HttpServletResponse response, String type, String body) throws IOException {
        response.setContentType(type);
        response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(HttpServletResponse response, int code, String why) throws IOException {
        response.setStatus(code);
        write(response, "text/plain;charset=UTF-8", why + "\n");
    }
}
