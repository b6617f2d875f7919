package org.vaxroute.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jolokia.json.JSONArray;
import org.jolokia.json.JSONObject;
import org.jolokia.json.parser.JSONParser;
import org.jolokia.json.parser.ParseException;
import org.vaxroute.ledger.EditableText;
import org.vaxroute.operate.http.TokenFile;

/** The operations of a running server, through its loopback door. */
final class ServerDoor implements Door {
    private static final String HL7 = "application/hl7-v2";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration HELLO = Duration.ofSeconds(10);

    private final TokenFile.Key key;
    private final HttpClient client;

    private ServerDoor(TokenFile.Key key) {
        this.key = key;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5));
        if (key.certificate().length > 0) {
            builder.sslContext(PinnedCertificate.context(key.certificate()));
        }
        client = builder.build();
    }

    /**
     * The door of the server that runs for a home; empty when there is none.
     *
     * @throws CommandFailed when one seems to be there and does not answer: what it has in hand is not to be done beside it
     */
    static Optional<ServerDoor> find(TokenFile file) {
        return find(file, HELLO);
    }

    static Optional<ServerDoor> find(TokenFile file, Duration patience) {
        try {
            Optional<ServerDoor> door = file.read().map(ServerDoor::new);
            return door.filter(one -> one.answers(patience));
        } catch (IOException e) {
            throw new CommandFailed(
                    "A server seems to run, but its token cannot be read (" + e.getMessage()
                            + "). Run this command as the account that runs the server.",
                    e);
        }
    }

    private boolean answers(Duration patience) {
        JSONObject request = new JSONObject();
        request.put("type", "version");
        try {
            return send(request, patience).statusCode() == 200;
        } catch (ConnectException noServer) {
            return false;
        } catch (IOException e) {
            throw new CommandFailed(
                    "The server at " + key.address() + " is there and does not answer (" + e.getMessage()
                            + "). Repeat the command in a minute. If that is no better, look at its log and restart the server; if none runs"
                            + " for this home, another program has its port: remove the file address in its folder work/run.",
                    e);
        }
    }

    @Override
    public boolean server() {
        return true;
    }

    @Override
    public List<String> names(String type) {
        JSONObject request = new JSONObject();
        request.put("type", "search");
        request.put("mbean", "org.vaxroute:type=" + type + ",*");
        List<String> names = new ArrayList<>();
        for (Object found : (List<?>) ask(request)) {
            names.add(BeanNames.nameIn(found.toString()));
        }
        names.sort(null);
        return names;
    }

    @Override
    public Object read(String type, String name, String attribute) {
        JSONObject request = new JSONObject();
        request.put("type", "read");
        request.put("mbean", full(type, name));
        request.put("attribute", attribute);
        return ask(request);
    }

    @Override
    public Object call(String type, String name, String operation, Object... arguments) {
        JSONObject request = new JSONObject();
        request.put("type", "exec");
        request.put("mbean", full(type, name));
        request.put("operation", operation);
        JSONArray list = new JSONArray(arguments.length);
        list.addAll(List.of(arguments));
        request.put("arguments", list);
        return ask(request);
    }

    @Override
    public String record(long id, String form, String why) {
        String accept = form.equals("json") ? "application/json" : "text/plain";
        HttpResponse<byte[]> answer = get("/" + id + "?form=" + form + "&why=" + encoded(why), accept);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Override
    public EditableText message(long id, String why) {
        HttpResponse<byte[]> answer = get("/" + id + "?form=hl7&why=" + encoded(why), "text/plain");
        return new EditableText(answer.body(), version(answer).orElse(null));
    }

    private static Optional<String> version(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("ETag").map(tag -> tag.replace("\"", ""));
    }

    @Override
    public EditableText open(long id, String why) {
        HttpResponse<byte[]> answer = get("/" + id + "?why=" + encoded(why), HL7);
        return new EditableText(answer.body(), version(answer).orElseThrow());
    }

    @Override
    public String edit(long id, byte[] text, String version, String why) {
        HttpRequest.Builder request = request("/" + id + "?why=" + encoded(why))
                .header("Content-Type", HL7)
                .POST(HttpRequest.BodyPublishers.ofByteArray(text));
        if (version != null) {
            request.header("If-Match", "\"" + version + "\"");
        }
        return new String(records(request.build()).body(), StandardCharsets.UTF_8).strip();
    }

    @Override
    public long export(Export export, OutputStream out) throws IOException {
        HttpResponse<byte[]> answer = get(
                "?what=" + export.what() + "&connection=" + encoded(export.connection()) + "&source="
                        + encoded(export.source()) + "&rule=" + encoded(export.rule()) + "&days=" + export.days()
                        + "&why="
                        + encoded(export.why()),
                "text/csv");
        out.write(answer.body());
        return answer.headers().firstValueAsLong("X-VaxRoute-Rows").orElse(0);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> get(String what, String accept) {
        return records(request(what).header("Accept", accept).build());
    }

    private HttpRequest.Builder request(String what) {
        return HttpRequest.newBuilder(URI.create(key.address() + "/vaxroute/records" + what))
                .header("Authorization", "Bearer " + key.token())
                .header("X-VaxRoute-Who", encoded(System.getProperty("user.name", "unknown")))
                .timeout(PATIENCE);
    }

    private HttpResponse<byte[]> records(HttpRequest request) {
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new CommandFailed(new String(answer.body(), StandardCharsets.UTF_8).strip());
            }
            return answer;
        } catch (IOException e) {
            throw unanswered(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("The command was interrupted.", e);
        }
    }

    private String full(String type, String name) {
        JSONObject request = new JSONObject();
        request.put("type", "search");
        request.put("mbean", "org.vaxroute:type=" + type + ",*");
        for (Object found : (List<?>) ask(request)) {
            if (BeanNames.nameIn(found.toString()).equals(name)) {
                return found.toString();
            }
        }
        throw new CommandFailed(BeanNames.unknown(type, name, names(type)));
    }

    private Object ask(JSONObject request) {
        try {
            HttpResponse<String> response = send(request, PATIENCE);
            if (response.statusCode() != 200) {
                throw new CommandFailed("The server at " + key.address() + " refused the request (HTTP "
                        + response.statusCode() + "). Was it started again just now? Then repeat the command.");
            }
            JSONObject answer = new JSONParser().parse(new StringReader(response.body()), JSONObject.class);
            Object status = answer.get("status");
            if (status instanceof Number code && code.intValue() != 200) {
                throw new CommandFailed(reason(String.valueOf(answer.get("error"))));
            }
            return answer.get("value");
        } catch (IOException | ParseException e) {
            throw unanswered(e);
        }
    }

    private CommandFailed unanswered(Exception e) {
        return new CommandFailed(
                "The server at " + key.address()
                        + (e instanceof HttpTimeoutException
                                ? " has not answered for " + PATIENCE.toMinutes()
                                        + " minutes. It goes on with what it was told: look what came of it before you repeat the command."
                                : " did not answer: " + e.getMessage()),
                e);
    }

    /** The last sentence-bearing part of what wraps our own exceptions on their way. */
    static String reason(String error) {
        return error.replaceAll(
                        "(?:[a-z][A-Za-z0-9_]*\\.)+[A-Z][A-Za-z0-9_$]*(?:Exception|Refused|Transition|Error)?\\s*:\\s*",
                        "")
                .strip();
    }

    private HttpResponse<String> send(JSONObject request, Duration patience) throws IOException {
        HttpRequest http = HttpRequest.newBuilder(URI.create(key.address() + "/vaxroute/jolokia/"))
                .header("Authorization", "Bearer " + key.token())
                .header("Content-Type", "application/json")
                .header("X-VaxRoute-Who", encoded(System.getProperty("user.name", "unknown")))
                .timeout(patience)
                .POST(HttpRequest.BodyPublishers.ofString(request.toJSONString()))
                .build();
        try {
            return client.send(http, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("The command was interrupted.", e);
        }
    }

    @Override
    public void close() {
        // The client's threads end by themselves.
    }
}
