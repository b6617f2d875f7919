package org.vaxroute.submit;

import static org.vaxroute.submit.CuttingProxy.Manner.DRIP;
import static org.vaxroute.submit.CuttingProxy.Manner.END;
import static org.vaxroute.submit.CuttingProxy.Manner.GARBLE;
import static org.vaxroute.submit.CuttingProxy.Manner.RESET;
import static org.vaxroute.submit.CuttingProxy.Manner.SILENCE;
import static org.vaxroute.submit.CuttingProxy.Manner.TRICKLE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.vaxroute.ledger.FileState;

/**
 * A fault between us and the registry's server.
 *
 * @param name what happens, in words
 * @param servers where it can happen
 * @param meanwhile the state in which the file waits; SENT where the fault hinders nothing, UNSURE where a person has to judge
 * @param lasting whether every attempt meets it until it is mended; otherwise the first one alone does
 * @param happens brings it about, before the file is there
 * @param mended ends it
 */
record NetworkFault(
        String name, List<String> servers, FileState meanwhile, boolean lasting, Deed happens, Deed mended) {
    static final List<String> SFTP = List.of("sftp.plain");
    static final List<String> FTPS = List.of("ftps.reuse");
    static final List<String> REAL = List.of("sftp.plain", "ftps.reuse");
    static final List<String> LYING_SFTP = List.of("sftp");
    static final List<String> LYING = List.of("sftp", "ftps");
    private static final int HALF = FaultScene.SIZE / 2;

    /** What a fault does to the scene. */
    @FunctionalInterface
    interface Deed {
        void to(FaultScene scene) throws Exception;
    }

    private static NetworkFault line(
            String name, List<String> servers, FileState meanwhile, boolean lasting, Deed deed) {
        return new NetworkFault(
                name, servers, meanwhile, lasting, deed, scene -> scene.proxy().mend());
    }

    private static NetworkFault lie(String name, List<String> servers, FileState meanwhile, Fault fault) {
        return lie(name, servers, meanwhile, true, fault);
    }

    private static NetworkFault lie(
            String name, List<String> servers, FileState meanwhile, boolean lasting, Fault fault) {
        return new NetworkFault(
                name,
                servers,
                meanwhile,
                lasting,
                scene -> scene.lying().fault = fault,
                scene -> scene.lying().fault = Fault.NONE);
    }

    private static NetworkFault place(String name, FileState meanwhile, Deed deed, Deed mended) {
        return new NetworkFault(name, REAL, meanwhile, true, deed, mended);
    }

    /** Before the rename the file's state is UPLOADED already. */
    private static Deed atRename(Deed deed) {
        return scene -> scene.at("renaming", deed);
    }

    static List<NetworkFault> all() {
        return List.of(
                line("a slow line: 10 ms for every 8 KB each way", REAL, FileState.SENT, false, scene -> scene.proxy()
                        .latency(Duration.ofMillis(10))),
                line("the server's port is closed", REAL, FileState.BUILT, true, scene -> scene.proxy()
                        .shut()),
                line("the server lets us in and says nothing", REAL, FileState.BUILT, true, scene -> scene.proxy()
                        .fallSilentAtTheDoor()),
                line("a byte a second from the first word", REAL, FileState.BUILT, true, scene -> scene.proxy()
                        .manner(TRICKLE)
                        .cutAfterBytes(0)),
                line(
                        "a byte a second comes back from the first word on",
                        REAL,
                        FileState.BUILT,
                        true,
                        scene -> scene.proxy().manner(DRIP).cutAfterBytes(0)),
                line("reset at the first word", REAL, FileState.BUILT, true, scene -> scene.proxy()
                        .manner(RESET)
                        .cutAfterBytes(0)),
                line("reset in mid-upload", REAL, FileState.SENDING, true, scene -> scene.proxy()
                        .manner(RESET)
                        .cutAfterBytes(HALF)),
                line("ended in mid-upload", REAL, FileState.SENDING, true, scene -> scene.proxy()
                        .manner(END)
                        .cutAfterBytes(HALF)),
                line(
                        "half-open in mid-upload: the peer reads no more",
                        REAL,
                        FileState.SENDING,
                        true,
                        scene -> scene.proxy().manner(SILENCE).cutAfterBytes(HALF)),
                line("a byte a second in mid-upload", REAL, FileState.SENDING, true, scene -> scene.proxy()
                        .manner(TRICKLE)
                        .cutAfterBytes(HALF)),
                line("bits turned over in mid-upload", REAL, FileState.SENDING, true, scene -> scene.proxy()
                        .manner(GARBLE)
                        .cutAfterBytes(HALF)),
                new NetworkFault(
                        "the server restarts in mid-upload",
                        REAL,
                        FileState.SENDING,
                        false,
                        scene -> {
                            scene.proxy().manner(RESET).cutAfterBytes(HALF);
                            scene.whenStruck(proxy -> proxy.shut());
                        },
                        scene -> scene.proxy().mend()),
                line(
                        "reset before the rename is asked for",
                        REAL,
                        FileState.UPLOADED,
                        false,
                        atRename(scene -> scene.proxy().manner(RESET).cutInPlaceOfRequest(0))),
                line(
                        "half-open before the rename is asked for",
                        REAL,
                        FileState.UPLOADED,
                        false,
                        atRename(scene -> scene.proxy().manner(SILENCE).cutInPlaceOfRequest(0))),
                line("reset between RNFR and RNTO", FTPS, FileState.UPLOADED, false, atRename(scene -> scene.proxy()
                        .manner(RESET)
                        .cutInPlaceOfRequest(1))),
                line(
                        "the answer to the rename is lost by a reset",
                        REAL,
                        FileState.UPLOADED,
                        false,
                        atRename(scene -> scene.proxy().manner(RESET).cutInPlaceOfAnswer(scene.requestsOfRename()))),
                line(
                        "the answer to the rename is lost by an end",
                        REAL,
                        FileState.UPLOADED,
                        false,
                        atRename(scene -> scene.proxy().manner(END).cutInPlaceOfAnswer(scene.requestsOfRename()))),
                line(
                        "the answer to the rename never comes",
                        REAL,
                        FileState.UPLOADED,
                        false,
                        atRename(scene -> scene.proxy().manner(SILENCE).cutInPlaceOfAnswer(scene.requestsOfRename()))),
                new NetworkFault(
                        "the server restarts during the rename",
                        REAL,
                        FileState.UPLOADED,
                        false,
                        atRename(scene -> {
                            scene.proxy().manner(RESET).cutInPlaceOfAnswer(scene.requestsOfRename());
                            scene.whenStruck(proxy -> proxy.shut());
                        }),
                        scene -> scene.proxy().mend()),
                line("passive ports are closed", FTPS, FileState.BUILT, true, scene -> scene.proxy()
                        .shutDataPorts()),
                line("passive ports swallow everything", FTPS, FileState.BUILT, true, scene -> scene.proxy()
                        .fallSilentAtDataPorts()),
                place(
                        "the login is refused for an hour",
                        FileState.BUILT,
                        scene -> scene.password("wrong"),
                        scene -> scene.password(null)),
                place(
                        "the drop-off folder is gone",
                        FileState.BUILT,
                        scene -> Files.move(scene.dropOff(), scene.aside()),
                        scene -> Files.move(scene.aside(), scene.dropOff())),
                place(
                        "the drop-off folder may not be written",
                        FileState.SENDING,
                        scene -> scene.closed(true),
                        scene -> scene.closed(false)),
                place(
                        "the name is there with other content",
                        FileState.BUILT,
                        scene -> scene.foreign(FaultScene.SIZE / 3),
                        scene -> Files.delete(scene.foreign())),
                place(
                        "the name is there with other content of the same size",
                        FileState.BUILT,
                        scene -> scene.foreign(FaultScene.SIZE),
                        scene -> Files.delete(scene.foreign())),
                place(
                        "the name comes from elsewhere during our upload",
                        FileState.UPLOADED,
                        scene -> scene.at("uploaded", at -> at.foreign(77)),
                        scene -> Files.delete(scene.foreign())),
                new NetworkFault(
                        "our own file was put there by hand",
                        REAL,
                        FileState.SENT,
                        false,
                        scene -> {
                            scene.holdPicker();
                            scene.afterBuilding(scene::layByHand);
                        },
                        scene -> {}),
                new NetworkFault(
                        "a longer rest of somebody's upload has the temporary name",
                        REAL,
                        FileState.SENT,
                        false,
                        scene -> scene.lay(FaultScene.NAME + ".part", 2 * FaultScene.SIZE),
                        scene -> {}),
                new NetworkFault(
                        "somebody takes the temporary name away before the rename",
                        REAL,
                        FileState.UPLOADED,
                        false,
                        scene -> scene.at(
                                "renaming",
                                at -> Files.move(
                                        at.dropOff().resolve(FaultScene.NAME + ".part"),
                                        at.taken().resolve(FaultScene.NAME))),
                        scene -> {}),
                new NetworkFault(
                        "the server's disk is full",
                        REAL,
                        FileState.SENDING,
                        true,
                        FaultScene::fillSmallDisk,
                        FaultScene::clearSmallDisk),
                lie("the size is reported too small", LYING, FileState.SENDING, Fault.SIZE_LIES),
                lie("the size is reported too large", LYING, FileState.SENDING, Fault.SIZE_TOO_LARGE),
                lie("the quota is used up", LYING, FileState.SENDING, Fault.QUOTA_FULL),
                lie("the rename is refused", LYING, FileState.UPLOADED, Fault.RENAME_REFUSED),
                // The next attempt finds it done.
                lie(
                        "the rename is done and an error is said",
                        LYING,
                        FileState.UPLOADED,
                        false,
                        Fault.RENAME_DONE_AND_DENIED),
                lie("the rename is said to be done and is not", LYING, FileState.UNSURE, Fault.RENAME_ONLY_SAID),
                new NetworkFault(
                        "the rename makes a copy and leaves the old name",
                        LYING,
                        FileState.SENT,
                        true,
                        scene -> {
                            scene.holdPicker();
                            scene.lying().fault = Fault.RENAME_COPIES;
                        },
                        scene -> {}),
                lie("the listing hides the uploaded file", LYING_SFTP, FileState.SENDING, Fault.NAMES_HIDDEN),
                lie(
                        "a file beside ours is picked up while the folder is listed",
                        LYING_SFTP,
                        FileState.SENT,
                        false,
                        Fault.PICKED_WHILE_LISTED),
                lie(
                        "the server cuts the line after the rename",
                        LYING,
                        FileState.UPLOADED,
                        false,
                        Fault.CUT_AFTER_RENAME),
                lie("the server cuts the line before the rename", LYING, FileState.UPLOADED, Fault.CUT_BEFORE_RENAME),
                lie("the server refuses the right password", LYING, FileState.BUILT, Fault.WRONG_PASSWORD),
                new NetworkFault(
                        "a listing misses a file whose rename is owed",
                        LYING_SFTP,
                        FileState.UPLOADED,
                        false,
                        scene -> scene.lying().fault = Fault.CUT_BEFORE_RENAME,
                        scene -> scene.lying().fault = Fault.PICKED_WHILE_LISTED));
    }

    /** Whether the scene's server is one that lies on demand. */
    static boolean lies(String server) {
        return !server.contains(".");
    }

    /** Where the file is put. */
    static Path small(RealServers servers) {
        return servers.home().resolve("hl7-small");
    }

    @Override
    public String toString() {
        return name;
    }
}
