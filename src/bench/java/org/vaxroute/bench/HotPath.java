package org.vaxroute.bench;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.parser.CanonicalModelClassFactory;
import ca.uhn.hl7v2.util.idgenerator.UUIDGenerator;
import ca.uhn.hl7v2.validation.ValidationContext;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Inspection;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Message;
import org.vaxroute.hl7.Split;
import org.vaxroute.hl7.Splitter;
import org.vaxroute.rules.CheckContext;
import org.vaxroute.rules.RuleSet;
import org.vaxroute.rules.Transforms;

/**
 * What each step of the hot path costs for one message, warm and alone on its thread: microseconds a message, over a thousand different
 * messages of about 1.5 KB with two doses, by the shipped rules, tables and transforms. HAPI reads the same messages beside it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HotPath {
    private static final int MESSAGES = 1_000;

    private final CheckContext context = new CheckContext(LocalDate.of(2026, 1, 5), true);
    private byte[] file;
    private List<byte[]> texts;
    private List<Message> messages;
    private RuleSet rules;
    private Transforms transforms;
    private MessageDigest sha256;
    private HapiContext hapi;
    private ValidationContext validation;

    @Setup
    public void load() throws IOException, NoSuchAlgorithmException {
        Path input = Files.createTempFile("hot-path", ".hl7");
        try {
            BenchInput.write(input, MESSAGES, 1);
            file = Files.readAllBytes(input);
        } finally {
            Files.delete(input);
        }
        texts = new ArrayList<>();
        messages = new ArrayList<>();
        new Splitter(new ByteArrayInputStream(file), 0, 1, Limits.STANDARD)
                .forEachRemaining(split -> texts.add(split.text()));
        texts.forEach(text -> messages.add(Message.parse(text)));
        Path config = Path.of("config");
        CodeTables codes = CodeTables.load(config.resolve("codes")).withFile(config.resolve("prescribers.csv"));
        Path national = config.resolve("registries/national");
        Path registry = config.resolve("registries/immtrac2");
        rules = RuleSet.load(List.of(national.resolve("rules.yaml"), registry.resolve("rules.yaml")), codes);
        transforms = Transforms.load(
                List.of(national.resolve("transform.yaml"), registry.resolve("transform.yaml")), codes, ZoneId.of("America/Chicago"));
        sha256 = MessageDigest.getInstance("SHA-256");
        hapi = new DefaultHapiContext(new CanonicalModelClassFactory("2.5.1"));
        hapi.getParserConfiguration().setIdGenerator(new UUIDGenerator());
        validation = ValidationContextFactory.defaultValidation();
    }

    /** The first look through a file: envelope, counts, framing, SHA-256. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public Inspection inspect() throws IOException {
        return Inspection.of(new ByteArrayInputStream(file), Limits.STANDARD);
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void split(Blackhole sink) {
        Splitter splitter = new Splitter(new ByteArrayInputStream(file), 0, 1, Limits.STANDARD);
        while (splitter.hasNext()) {
            Split split = splitter.next();
            sink.consume(split);
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void parse(Blackhole sink) {
        for (byte[] text : texts) {
            sink.consume(Message.parse(text));
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void transform(Blackhole sink) {
        for (Message message : messages) {
            sink.consume(transforms.apply(message, "bench", "bench"));
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void check(Blackhole sink) {
        for (Message message : messages) {
            sink.consume(rules.check(message, context));
        }
    }

    /** What the ledger's keys are made of: the digests of the patient and of each dose, normalised. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void fingerprint(Blackhole sink) {
        for (Message message : messages) {
            message.digestPatient(sha256);
            sink.consume(sha256.digest());
            for (int dose = 1; dose <= message.doses(); dose++) {
                message.digestDose(dose, sha256);
                sink.consume(sha256.digest());
            }
        }
    }

    /** Control id of our own, as when a submission file is written. */
    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void edit(Blackhole sink) {
        for (Message message : messages) {
            sink.consume(message.edit().set(CONTROL_ID, "BCDF-1a2b3c").apply());
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void hapiParse(Blackhole sink) throws HL7Exception {
        hapi.setValidationContext(ValidationContextFactory.noValidation());
        for (byte[] text : texts) {
            sink.consume(hapi.getPipeParser().parse(new String(text, StandardCharsets.UTF_8)));
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void hapiParseAndValidate(Blackhole sink) throws HL7Exception {
        hapi.setValidationContext(validation);
        for (byte[] text : texts) {
            sink.consume(hapi.getPipeParser().parse(new String(text, StandardCharsets.UTF_8)));
        }
    }

    private static final org.vaxroute.hl7.Path CONTROL_ID = org.vaxroute.hl7.Path.of("MSH-10");
}
