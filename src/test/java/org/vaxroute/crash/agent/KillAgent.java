package org.vaxroute.crash.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;

/**
 * Writes a call of {@link Halt#at} before and after everything that a kill must be able to fall between: commits, renames, forced
 * writes, requests to the registry's server, steps of delivery and steps of the answers.
 *
 * <p>Arguments: {@code jar=<jar of Halt>;count=<file>} writes at the end how often each point was reached;
 * {@code jar=<jar of Halt>;point=<name>;time=<n>} ends the process there; {@code jar=<jar of Halt>;clock=<file>} puts the process's clock
 * off by the seconds that stand in the file.
 */
public final class KillAgent {
    /** Methods by class, each with the name of its points. An empty descriptor stands for all of that name. */
    private record Method(String name, String descriptor, String point) {}

    private static final String CLOCK = "clock";
    private static final String HALT = "org/vaxroute/crash/agent/Halt";

    private static final Map<String, List<Method>> METHODS = Map.ofEntries(
            Map.entry("com/zaxxer/hikari/pool/ProxyConnection", List.of(new Method("commit", "", "commit"))),
            Map.entry("java/nio/file/Files", List.of(new Method("move", "", "rename"))),
            Map.entry("java/io/File", List.of(new Method("renameTo", "", "rename"))),
            Map.entry("sun/nio/ch/FileChannelImpl", List.of(new Method("force", "", "fsync"))),
            Map.entry(
                    "org/apache/commons/net/ftp/FTP",
                    List.of(new Method("sendCommand", "(Ljava/lang/String;Ljava/lang/String;)I", "ftp command"))),
            Map.entry(
                    "com/jcraft/jsch/ChannelSftp",
                    List.of(
                            new Method("put", "", "sftp put"),
                            new Method("ls", "", "sftp ls"),
                            new Method("rename", "", "sftp rename"),
                            new Method("rm", "", "sftp rm"),
                            new Method("get", "", "sftp get"),
                            new Method("cd", "", "sftp cd"))),
            Map.entry("com/jcraft/jsch/Session", List.of(new Method("connect", "(I)V", "sftp login"))),
            Map.entry(
                    "org/vaxroute/ledger/SubmissionFiles",
                    List.of(
                            new Method("assemble", "", "file assembled"),
                            new Method("built", "", "file built"),
                            new Method("sending", "", "file sending"),
                            new Method("uploaded", "", "file uploaded"),
                            new Method("sent", "", "file sent"))),
            Map.entry("org/vaxroute/ledger/Store", List.of(new Method("store", "", "chunk stored"))),
            Map.entry(
                    "org/vaxroute/ledger/Answers",
                    List.of(
                            new Method("keep", "", "answer kept"),
                            new Method("remember", "", "answer remembered"),
                            new Method("begin", "", "answer begun"),
                            new Method("apply", "", "answer applied"),
                            new Method("finished", "", "answer finished"))),
            Map.entry("org/vaxroute/answers/AnswerArchive", List.of(new Method("keep", "", "answer on disk"))),
            Map.entry("org/vaxroute/intake/MllpIntake", List.of(new Method("store", "", "mllp group"))),
            Map.entry("java/time/Clock", List.of(new Method("currentInstant", "", CLOCK))));

    private KillAgent() {}

    /** Started by the JVM before the program. */
    public static void premain(String arguments, Instrumentation instrumentation) throws Exception {
        String jar = value(arguments, "jar");
        instrumentation.appendToBootstrapClassLoaderSearch(new JarFile(jar));
        String count = value(arguments, "count");
        String clock = value(arguments, CLOCK);
        if (count != null) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> write(Path.of(count)), "points"));
        } else if (clock != null) {
            Halt.clock(Path.of(clock));
        } else {
            Halt.want(value(arguments, "point"), Long.parseLong(value(arguments, "time")));
        }
        instrumentation.addTransformer(new Writer(clock != null), true);
        List<Class<?>> loaded = new ArrayList<>();
        for (Class<?> one : instrumentation.getAllLoadedClasses()) {
            String name = one.getName().replace('.', '/');
            if (METHODS.containsKey(name)
                    || clock != null && isShifted(name) && instrumentation.isModifiableClass(one)) {
                loaded.add(one);
            }
        }
        instrumentation.retransformClasses(loaded.toArray(Class<?>[]::new));
    }

    private static String value(String arguments, String name) {
        for (String part : arguments.split(";")) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        return null;
    }

    private static void write(Path file) {
        StringBuilder text = new StringBuilder();
        Halt.times()
                .forEach((point, times) ->
                        text.append(point).append('\t').append(times.get()).append('\n'));
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Timers, as far as they go by the time of day, and everything that is not Java's own. Ages of files are left to the true clock, as their times are. */
    private static boolean isShifted(String name) {
        return name != null
                && (name.startsWith("java/util/Timer")
                        || !name.startsWith("java/")
                                && !name.startsWith("jdk/")
                                && !name.startsWith("sun/")
                                && !name.startsWith("org/vaxroute/crash/agent/")
                                && !name.startsWith("org/apache/camel/component/file/"));
    }

    private static byte[] shift(byte[] bytes) {
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, 0);
        boolean[] found = {false};
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String method, String descriptor, String signature, String[] throwing) {
                        return new MethodVisitor(
                                Opcodes.ASM9, super.visitMethod(access, method, descriptor, signature, throwing)) {
                            @Override
                            public void visitMethodInsn(
                                    int instruction, String owner, String called, String type, boolean ofInterface) {
                                super.visitMethodInsn(instruction, owner, called, type, ofInterface);
                                if (owner.equals("java/lang/System") && called.equals("currentTimeMillis")) {
                                    found[0] = true;
                                    super.visitMethodInsn(Opcodes.INVOKESTATIC, HALT, "shiftedMillis", "(J)J", false);
                                }
                            }
                        };
                    }
                },
                0);
        return found[0] ? writer.toByteArray() : null;
    }

    private static final class Writer implements ClassFileTransformer {
        private final boolean clock;

        Writer(boolean clock) {
            this.clock = clock;
        }

        @Override
        public byte[] transform(
                ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
            List<Method> methods = name == null ? null : METHODS.get(name);
            if (methods == null) {
                return clock && isShifted(name) ? shift(bytes) : null;
            }
            ClassReader reader = new ClassReader(bytes);
            ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
            reader.accept(
                    new ClassVisitor(Opcodes.ASM9, writer) {
                        @Override
                        public MethodVisitor visitMethod(
                                int access, String method, String descriptor, String signature, String[] throwing) {
                            MethodVisitor visitor = super.visitMethod(access, method, descriptor, signature, throwing);
                            return (access & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_NATIVE)) != 0
                                    ? visitor
                                    : methods.stream()
                                            .filter(known -> known.name().equals(method)
                                                    && (known.descriptor().isEmpty()
                                                            || known.descriptor()
                                                                    .equals(descriptor)))
                                            .findFirst()
                                            .<MethodVisitor>map(known -> new Calls(visitor, known.point()))
                                            .orElse(visitor);
                        }
                    },
                    0);
            return writer.toByteArray();
        }
    }

    private static final class Calls extends MethodVisitor {
        private final String point;

        Calls(MethodVisitor visitor, String point) {
            super(Opcodes.ASM9, visitor);
            this.point = point;
        }

        private void call(String where) {
            super.visitLdcInsn(where + " " + point);
            super.visitMethodInsn(Opcodes.INVOKESTATIC, HALT, "at", "(Ljava/lang/String;)V", false);
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (!point.equals(CLOCK)) {
                call("before");
            }
        }

        @Override
        public void visitInsn(int instruction) {
            if (point.equals(CLOCK)) {
                if (instruction == Opcodes.ARETURN) {
                    super.visitMethodInsn(
                            Opcodes.INVOKESTATIC, HALT, "shifted", "(Ljava/time/Instant;)Ljava/time/Instant;", false);
                }
            } else if (instruction >= Opcodes.IRETURN && instruction <= Opcodes.RETURN) {
                call("after");
            }
            super.visitInsn(instruction);
        }
    }
}
