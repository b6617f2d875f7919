package org.vaxroute.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The program that docs/kafka.md shows to senders. */
public final class KafkaPage {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final String NAME = "SendRecord";

    private KafkaPage() {}

    /** Compiles it as it stands there. */
    public static Class<?> program(Path folder) throws IOException, ClassNotFoundException {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/kafka.md")));
        assertThat(block.find()).as("a program").isTrue();
        Path source = folder.resolve(NAME + ".java");
        Files.writeString(source, block.group(1));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        boolean compiled;
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-d", folder.toString(), "-proc:none"),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
        }
        assertThat(compiled).as("the compiler said: %s", said).isTrue();
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, KafkaPage.class.getClassLoader()).loadClass(NAME);
    }
}
