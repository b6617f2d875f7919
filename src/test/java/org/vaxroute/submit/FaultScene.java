package org.vaxroute.submit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vaxroute.ledger.Feed;
import org.vaxroute.ledger.SubmissionFile;

/** A ledger, our deliver routes, one server and what stands between: what a {@link NetworkFault} works on. */
final class FaultScene implements Closeable {
    static final int SIZE = 6_000_000;
    static final int SIZE_FOR_SMALL_DISK = 150_000;

    /** What {@link MailRoom} calls its first file. */
    static final String NAME = "TEST26327.0.hl7";

    private static final Duration TIME_OUT = Duration.ofSeconds(2);

    private final String server;
    private final MailRoom room;
    private final RealServers real;
    private final CuttingProxy proxy;
    private final RegistryServer lying;
    private final ScheduledExecutorService picker = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
    private boolean smallDisk;
    private volatile boolean pickerHeld;
    private volatile String password;
    private NetworkFault.Deed stepDeed;
    private BuildDeed afterBuilding = file -> {};

    /** What happens between the building of a file and its delivery. */
    interface BuildDeed {
        void to(SubmissionFile file) throws IOException;
    }

    /** What happens to the line once a cut was made. */
    interface LineDeed {
        void to(CuttingProxy proxy) throws IOException;
    }

    FaultScene(Path folder, String server) throws Exception {
        this.server = server;
        room = new MailRoom(folder.resolve("home"));
        if (NetworkFault.lies(server)) {
            real = null;
            proxy = null;
            lying = server.equals("sftp") ? new FaultySftpServer(folder) : new FaultyFtpsServer(folder);
            lying.cutAt = SIZE / 2;
        } else {
            real = RealServers.find().orElseThrow();
            lying = null;
            int first = server.startsWith("ftps") ? real.passive(server) : 0;
            proxy = new CuttingProxy(
                    real.port(server),
                    first == 0
                            ? new int[0]
                            : IntStream.rangeClosed(first, first + 10).toArray());
            clear();
        }
    }

    private void clear() throws IOException {
        for (Path folder : List.of(dropOff(), taken(), NetworkFault.small(real))) {
            for (Path file : RegistryServer.files(folder)) {
                Files.delete(file);
            }
        }
    }

    MailRoom room() {
        return room;
    }

    CuttingProxy proxy() {
        return proxy;
    }

    RegistryServer lying() {
        return lying;
    }

    Account account() {
        Account.Builder builder = lying == null ? real.account(server).host(proxy.host()) : lying.account("main");
        if (lying == null) {
            String right = builder.build().secret().get();
            builder.secret(() -> password == null ? right : password);
        }
        return builder.timeOut(TIME_OUT)
                .dropOff(smallDisk ? "hl7-small" : "hl7-dropoff")
                .backOff(new BackOff(Duration.ofSeconds(30), Duration.ofHours(4), 0))
                .build();
    }

    /** Starts the routes and gives them one file. */
    SubmissionFile begin() throws Exception {
        Account account = account();
        room.gateOpen = false;
        SubmissionFile file = room.build(account, Feed.ONGOING, smallDisk ? SIZE_FOR_SMALL_DISK : SIZE);
        if (!file.name().equals(NAME)) {
            throw new IllegalStateException("the first file is " + file.name());
        }
        afterBuilding.to(file);
        room.start(account);
        room.gateOpen = true;
        return file;
    }

    /** How often somebody began to talk to the server; a closed port is not asked. */
    int connections() {
        return lying == null ? proxy.connections() : lying.logins();
    }

    boolean isSftp() {
        return server.startsWith("sftp");
    }

    boolean countsConnections() {
        return lying != null || !proxy.isShut();
    }

    /** Requests on the control connection until the rename is carried out. */
    int requestsOfRename() {
        return server.startsWith("ftps") ? 2 : 1;
    }

    /** Does this once, when delivery has come to a step. */
    void at(String step, NetworkFault.Deed deed) {
        stepDeed = deed;
        room.checkpoint = reached -> {
            if (reached.equals(step) && stepDeed != null) {
                NetworkFault.Deed now = stepDeed;
                stepDeed = null;
                try {
                    now.to(this);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    void afterBuilding(BuildDeed deed) {
        afterBuilding = deed;
    }

    void whenStruck(LineDeed deed) {
        watch.scheduleWithFixedDelay(
                () -> {
                    if (proxy.struck()) {
                        watch.shutdown();
                        try {
                            deed.to(proxy);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                },
                0,
                5,
                TimeUnit.MILLISECONDS);
    }

    /** @param wrong null for the right one */
    void password(String wrong) {
        password = wrong;
    }

    Path dropOff() {
        return lying != null
                ? lying.dropOff()
                : smallDisk ? NetworkFault.small(real) : real.home().resolve("hl7-dropoff");
    }

    Path aside() {
        return dropOff().resolveSibling("hl7-dropoff-aside");
    }

    Path taken() {
        return lying != null ? lying.taken() : real.home().resolve("taken");
    }

    void closed(boolean value) throws IOException {
        Files.setPosixFilePermissions(dropOff(), PosixFilePermissions.fromString(value ? "r-xr-xr-x" : "rwxr-xr-x"));
    }

    /** Lays a file of somebody else's under our name, from where no picker takes it. */
    void foreign(int size) throws IOException {
        lay(NAME, size);
    }

    Path foreign() {
        return dropOff().resolve(NAME);
    }

    void lay(String name, int size) throws IOException {
        open(Files.write(dropOff().resolve(name), new byte[size]));
    }

    /** Puts our file there as somebody with another program would. */
    void layByHand(SubmissionFile file) throws IOException {
        open(Files.copy(room.local(file), dropOff().resolve(file.name())));
    }

    private static void open(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    boolean hasSmallDisk() {
        return real != null && real.hasSmallDisk();
    }

    void fillSmallDisk() throws IOException {
        smallDisk = true;
        Files.write(dropOff().resolve("hog"), new byte[200_000]);
    }

    void clearSmallDisk() throws IOException {
        Files.delete(dropOff().resolve("hog"));
    }

    /** Takes finished files that are not somebody else's. */
    void pickEvery(Duration pause) {
        picker.scheduleWithFixedDelay(this::pick, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** No picker in this scene: what it would do there is told by another one. */
    void holdPicker() {
        pickerHeld = true;
    }

    private void pick() {
        if (pickerHeld) {
            return;
        }
        for (Path file : listed(dropOff())) {
            if (file.getFileName().toString().endsWith(".hl7")) {
                try {
                    if (isForeign(file)) {
                        continue;
                    }
                    Path place = taken().resolve(file.getFileName().toString());
                    for (int copy = 1; Files.exists(place); copy++) {
                        place = taken().resolve(file.getFileName() + ".again" + copy);
                    }
                    move(file, place);
                } catch (NoSuchFileException e) {
                    continue;
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private static void move(Path file, Path place) throws IOException {
        try {
            Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(file, place);
        }
    }

    /** Zeros are nobody's records. */
    private static boolean isForeign(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] first = in.readNBytes(16);
            return IntStream.range(0, first.length).allMatch(i -> first[i] == 0);
        }
    }

    private static List<Path> listed(Path folder) {
        return Files.isDirectory(folder) ? RegistryServer.files(folder) : List.of();
    }

    /** Everything of ours that lies there or was taken, under that name or one made from it. */
    List<Path> copies(String name) throws IOException {
        List<Path> ours = new ArrayList<>();
        for (Path file : Stream.concat(listed(dropOff()).stream(), listed(taken()).stream())
                .filter(path -> path.getFileName().toString().startsWith(name))
                .toList()) {
            if (!isForeign(file)) {
                ours.add(file);
            }
        }
        return ours;
    }

    @Override
    public void close() throws IOException {
        picker.shutdownNow();
        watch.shutdownNow();
        room.close();
        if (lying != null) {
            lying.close();
        } else {
            proxy.close();
            if (Files.exists(aside())) {
                Files.move(aside(), dropOff());
            }
            closed(false);
            clear();
        }
    }
}
