package org.vaxroute.submit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.vaxroute.hl7.Limits;
import org.vaxroute.hl7.Splitter;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.ledger.ReplayedFile;
import org.vaxroute.ledger.SubmissionFile;

/**
 * Tells a restored ledger of the submission files that were decided after its backup, from what lies in the folder: the files, their
 * manifests and their steps. What cannot be told whole is a fault and is not told at all. docs/decisions/0230.
 */
public final class Replay {
    private static final Limits ANY_MESSAGE = new Limits(Integer.MAX_VALUE - 16, false);

    private final Ledger ledger;
    private final SubmissionFolder folder;
    private final Function<String, Optional<Long>> firstNumber;

    /** @param firstNumber with which the names of a connection begin to count; empty where that is not known */
    public Replay(Ledger ledger, SubmissionFolder folder, Function<String, Optional<Long>> firstNumber) {
        this.ledger = ledger;
        this.folder = folder;
        this.firstNumber = firstNumber;
    }

    /**
     * What a connection's folder told.
     *
     * @param files names of files that were entered or went on, with their states, in their order
     * @param records that these files hold, by the source that handed them over
     * @param last name of the newest file that is known now; empty when there is none
     * @param faults what is not whole: each names a file and says why
     */
    public record Told(Map<String, FileState> files, Map<String, Integer> records, String last, List<String> faults) {}

    /**
     * Enters all files that the ledger does not know, or knows less of than the folder.
     *
     * @return what was told, by connection
     * @throws IOException when the folder cannot be read
     */
    public Map<String, Told> enter() throws IOException {
        Map<String, Told> told = new TreeMap<>();
        List<Manifest> manifests = new ArrayList<>();
        for (String connection : folder.connections()) {
            Told of = new Told(new LinkedHashMap<>(), new TreeMap<>(), "", new ArrayList<>());
            told.put(connection, of);
            for (Path manifest : folder.manifests(connection)) {
                read(connection, manifest, of.faults).ifPresent(manifests::add);
            }
        }
        manifests.sort(Comparator.comparingLong(manifest -> manifest.decision().file()));
        missing(manifests, told);
        // All numbers are kept from being given again before the first record moves.
        for (Manifest manifest : manifests) {
            ledger.replays().reserve(file(manifest, FileState.BUILT, null, List.of()));
        }
        ledger.replays()
                .reserve(manifests.stream()
                        .flatMap(manifest -> manifest.members().stream())
                        .mapToLong(member -> member.trace().version() == null
                                ? member.record()
                                : Math.max(member.record(), member.trace().version()))
                        .max()
                        .orElse(0));
        for (Manifest manifest : manifests) {
            Told of = told.get(manifest.connection());
            Optional<SubmissionFolder.Step> step = folder.lastStep(manifest.connection(), manifest.name());
            FileState state = step.map(SubmissionFolder.Step::state).orElse(FileState.BUILT);
            ReplayedFile file = file(
                    manifest,
                    state == FileState.ANSWERED ? FileState.SENT : state,
                    step.map(SubmissionFolder.Step::when).orElse(null),
                    members(manifest));
            if (ledger.replays().enter(file)) {
                of.files.put(file.name(), file.state());
                file.members().forEach(member -> of.records.merge(member.trace().source(), 1, Integer::sum));
            }
        }
        for (Map.Entry<String, Told> entry : told.entrySet()) {
            Told of = entry.getValue();
            entry.setValue(new Told(of.files, of.records, last(entry.getKey()), List.copyOf(of.faults)));
        }
        return told;
    }

    private Optional<Manifest> read(String connection, Path place, List<String> faults) throws IOException {
        String fileName = place.getFileName().toString();
        String name = fileName.substring(0, fileName.length() - ".manifest.json".length());
        Optional<SubmissionFile> known = ledger.submissionFiles().named(name).stream()
                .filter(file -> file.connection().equals(connection))
                .findFirst();
        FileState step = folder.lastStep(connection, name)
                .map(SubmissionFolder.Step::state)
                .orElse(FileState.BUILT);
        if (known.isPresent()
                && known.get().sha256() != null
                && isSettled(known.get().state(), step)) {
            return Optional.empty();
        }
        Manifest manifest;
        try {
            manifest = Manifest.read(place);
        } catch (IOException e) {
            faults.add(name + ": its manifest cannot be read (" + e.getMessage() + ")");
            return Optional.empty();
        }
        if (!manifest.whole()) {
            if (known.isEmpty()) {
                faults.add(name + ": its manifest was written by a version that did not keep what a restore needs");
            }
            return Optional.empty();
        }
        if (!manifest.decision().ledger().equals(ledger.controlIds().tag())) {
            faults.add(name + ": it belongs to another ledger ("
                    + manifest.decision().ledger() + ")");
            return Optional.empty();
        }
        Path bytes = folder.file(connection, name);
        if (!Files.exists(bytes) || !Sha256.of(bytes).equals(manifest.sha256())) {
            faults.add(name + ": the file itself is missing or changed beside its manifest");
            return Optional.empty();
        }
        return Optional.of(manifest);
    }

    /** Whether the ledger knows as much as the folder. */
    private static boolean isSettled(FileState known, FileState step) {
        return known == step
                || known == FileState.ANSWERED
                || step == FileState.BUILT
                || known.delivered() && step == FileState.ANSWERED;
    }

    private List<ReplayedFile.Member> members(Manifest manifest) throws IOException {
        List<ReplayedFile.Member> members = new ArrayList<>(manifest.members().size());
        Path file = folder.file(manifest.connection(), manifest.name());
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                Splitter messages = new Splitter(in, 0, 1, ANY_MESSAGE)) {
            for (Manifest.Member member : manifest.members()) {
                members.add(
                        new ReplayedFile.Member(member.trace(), messages.next().text()));
            }
        }
        return members;
    }

    private static ReplayedFile file(
            Manifest manifest, FileState state, java.time.Instant stateAt, List<ReplayedFile.Member> members) {
        Manifest.Decision decision = manifest.decision();
        return new ReplayedFile(
                decision.file(),
                manifest.connection(),
                Feed.valueOf(manifest.feed()),
                decision.firstNo(),
                decision.lastNo(),
                decision.generation(),
                decision.replaces(),
                decision.account(),
                decision.folder(),
                manifest.name(),
                decision.series(),
                decision.sequence(),
                decision.envelope(),
                decision.decidedAt(),
                HexFormat.of().parseHex(manifest.sha256()),
                manifest.bytes(),
                state,
                stateAt == null ? decision.decidedAt() : stateAt,
                members);
    }

    /** Numbers are given without a gap, so a gap is a file of which nothing is known. */
    private void missing(List<Manifest> manifests, Map<String, Told> told) {
        record Series(String connection, String series) {}
        Map<Series, TreeMap<Long, String>> all = new LinkedHashMap<>();
        for (Manifest manifest : manifests) {
            Manifest.Decision decision = manifest.decision();
            all.computeIfAbsent(new Series(manifest.connection(), decision.series()), series -> new TreeMap<>())
                    .put(decision.sequence(), manifest.name());
        }
        all.forEach((series, files) -> {
            Optional<Long> end = ledger.replays()
                    .lastNumber(series.connection, series.series)
                    .or(() -> firstNumber.apply(series.connection).map(first -> first - 1));
            long next = end.orElse(files.firstKey() - 1) + 1;
            for (Map.Entry<Long, String> file : files.tailMap(next).entrySet()) {
                if (file.getKey() > next) {
                    told.get(series.connection)
                            .faults
                            .add("before " + file.getValue() + " one or more files of " + series.series
                                    + " are missing");
                }
                next = file.getKey() + 1;
            }
        });
    }

    private String last(String connection) {
        return java.util.Arrays.stream(Feed.values())
                .flatMap(feed -> ledger.submissionFiles().of(connection, feed).stream())
                .max(Comparator.comparingLong(SubmissionFile::id))
                .map(SubmissionFile::name)
                .orElse("");
    }
}
