package org.vaxroute.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.vaxroute.operate.access.OwnerOnly;

/**
 * Shows a message to a person in the person's own editor. The text lies meanwhile in a folder that nobody else may enter, beside whatever the
 * editor puts next to it, and all of it is removed afterwards; no process is told anything but the file's name.
 */
final class TextEditor {
    private final String command;
    private final Path place;

    /**
     * @param command such as {@code vim}, or {@code code --wait}
     * @param place folder in which the private one is made
     */
    TextEditor(String command, Path place) {
        this.command = command;
        this.place = place;
    }

    /** The person's own: {@code VISUAL}, else {@code EDITOR}, else vi. */
    static TextEditor of(Map<String, String> environment, Path place) {
        String command = environment.getOrDefault("VISUAL", environment.getOrDefault("EDITOR", "vi"));
        return new TextEditor(command.isBlank() ? "vi" : command, place);
    }

    /**
     * Lets a person edit a message, one segment a line.
     *
     * @return the message as it was saved, with the segment ends that HL7 wants
     * @throws CommandFailed when the editor could not be started or gave up
     */
    byte[] edit(byte[] message, String name) {
        try {
            OwnerOnly.folder(place);
            Path folder = Files.createTempDirectory(place, "edit-");
            // Ctrl-C, or a terminal that is closed, ends this process while it waits for the editor.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> removeAtEnd(folder), "edited-text"));
            try {
                Path file = folder.resolve(name);
                OwnerOnly.create(file);
                Files.write(file, lines(message));
                int exit = new ProcessBuilder("sh", "-c", command + " \"$1\"", "sh", file.toString())
                        .inheritIO()
                        .start()
                        .waitFor();
                if (exit != 0) {
                    throw new CommandFailed("The editor \"" + command + "\" ended with " + exit
                            + "; nothing was changed. Set EDITOR to one that works, or use --file.");
                }
                return segments(Files.readAllBytes(file));
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            throw new CommandFailed("The text could not be edited: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("The command was interrupted; nothing was changed.", e);
        }
    }

    private static void removeAtEnd(Path folder) {
        try {
            remove(folder);
        } catch (IOException e) {
            System.err.println(
                    "vaxroute: " + folder + " could not be removed (" + e + "). Remove it; it holds patient data.");
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path one : all) {
                Files.deleteIfExists(one);
            }
        }
        Files.deleteIfExists(folder);
    }

    private static byte[] lines(byte[] message) {
        String text = new String(segments(message), StandardCharsets.ISO_8859_1);
        return (text.replace('\r', '\n') + (text.endsWith("\r") ? "" : "\n")).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same bytes with a carriage return at each segment's end, whatever an editor or another system wrote there. */
    static byte[] segments(byte[] text) {
        // One character a byte, so that nothing but line ends changes, in whatever character set the message is
        // written.
        return new String(text, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\r")
                .replace('\n', '\r')
                .replaceAll("\r{2,}", "\r")
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
