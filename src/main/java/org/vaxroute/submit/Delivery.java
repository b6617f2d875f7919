package org.vaxroute.submit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.FileState;
import org.vaxroute.ledger.SubmissionFile;
import org.vaxroute.ledger.SubmissionFiles;

/**
 * Brings one file into the drop-off folder, from whatever state an earlier attempt left it in. Registries take files away within a
 * minute or so, therefore a name that is not there does not mean that the file did not arrive: each step is stored before the next
 * one is begun, and the state tells what an absent name means.
 *
 * <table>
 * <caption>What is done after a fault or a kill</caption>
 * <tr><th>state</th><th>at the registry</th><th>done</th></tr>
 * <tr><td>BUILT</td><td>final name absent</td><td>upload</td></tr>
 * <tr><td>BUILT, SENDING</td><td>final name there, our bytes</td><td>SENT</td></tr>
 * <tr><td>BUILT, SENDING</td><td>final name there, other bytes</td><td>left alone, {@link NameTaken}</td></tr>
 * <tr><td>SENDING</td><td>final name absent</td><td>upload again under the temporary name</td></tr>
 * <tr><td>UPLOADED</td><td>temporary name there</td><td>rename</td></tr>
 * <tr><td>UPLOADED</td><td>final name there, or neither</td><td>SENT: renamed, perhaps picked up; a rename is tried first, because a
 * listing can be out of date</td></tr>
 * <tr><td>UPLOADED</td><td>final name there alone, other bytes</td><td>UNSURE</td></tr>
 * <tr><td>UPLOADED, server or folder set anew since</td><td>neither</td><td>UNSURE: it may wait, renamed or not, where it was uploaded</td></tr>
 * <tr><td>UPLOADED</td><td>both names there, the final one with our bytes</td><td>the temporary one is removed, SENT</td></tr>
 * <tr><td>UPLOADED, renamed by the server's word</td><td>temporary name still there, final one not</td><td>UNSURE: perhaps nothing
 * was done, perhaps a copy was made and picked up</td></tr>
 * <tr><td>SENDING, renaming forbidden</td><td>absent</td><td>UNSURE: perhaps a whole file was picked up, perhaps half of one</td></tr>
 * <tr><td>SENDING, renaming forbidden</td><td>part of our bytes</td><td>upload again over it</td></tr>
 * </table>
 */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final int BUFFER = 1 << 16;

    private final SubmissionFiles files;
    private final Account account;
    private final RemoteFolder remote;
    private final Held held;
    private final Checkpoint checkpoint;

    /** Where a test may end the process or cut the line. */
    @FunctionalInterface
    interface Checkpoint {
        Checkpoint NONE = step -> {};

        void reached(String step);
    }

    Delivery(SubmissionFiles files, Account account, RemoteFolder remote, Held held, Checkpoint checkpoint) {
        this.files = files;
        this.account = account;
        this.remote = remote;
        this.held = held;
        this.checkpoint = checkpoint;
    }

    /**
     * Delivers the file, or leaves it in a state from which a later call goes on.
     *
     * @param copy gives our own copy, and writes it again if it was lost; asked only when it is to be uploaded
     * @throws DeliveryFailure when the attempt ended with a fault; the file's state in the ledger is true, the reason is not stored yet
     */
    void deliver(SubmissionFile file, Supplier<Path> copy) {
        if (!account.carries(file.stage()) || !account.id().equals(file.account())) {
            throw new IllegalArgumentException(file.name() + " is a "
                    + file.stage().name().toLowerCase(java.util.Locale.ROOT) + " file for account " + file.account()
                    + "; it cannot leave with "
                    + account);
        }
        held.renew();
        switch (file.state()) {
            case BUILT, SENDING -> begin(file, copy);
            case UPLOADED -> goOn(file, copy);
            default ->
                throw new IllegalArgumentException(
                        file.name() + " is " + file.state() + "; there is nothing to deliver");
        }
    }

    private void begin(SubmissionFile file, Supplier<Path> copy) {
        if (account.naming().verify()) {
            OptionalLong there = remote.size(file.name());
            if (there.isPresent() && !ourBrokenUpload(file, there.getAsLong())) {
                settle(file, there.getAsLong());
                return;
            }
            if (there.isEmpty() && brokenDirectUpload(file)) {
                unsure(file, "the upload went straight to the final name, broke, and the name is no longer there");
                return;
            }
        } else if (brokenDirectUpload(file)) {
            unsure(file, "the upload went straight to the final name and broke, and the folder may not be looked into");
            return;
        }
        uploadAnew(file, copy);
    }

    private void uploadAnew(SubmissionFile file, Supplier<Path> copy) {
        Path local = copy.get();
        Sha256.require(local, file);
        files.sending(file.id());
        checkpoint.reached("sending");
        if (account.naming().rename()) {
            uploadAndRename(file, local);
        } else {
            uploadDirectly(file, local);
        }
    }

    private boolean brokenDirectUpload(SubmissionFile file) {
        return !account.naming().rename() && file.state() == FileState.SENDING;
    }

    private boolean ourBrokenUpload(SubmissionFile file, long there) {
        return brokenDirectUpload(file) && there < file.size();
    }

    private void settle(SubmissionFile file, long there) {
        if (there == file.size() && (brokenDirectUpload(file) || sameBytes(file))) {
            LOG.info("File {} is at the registry already, with our bytes", file.name());
            if (file.state() == FileState.BUILT) {
                files.sending(file.id());
            }
            sent(file);
            return;
        }
        throw new NameTaken(
                "The drop-off folder of " + account + " holds a file " + file.name() + " of " + there
                        + " bytes that is not ours ("
                        + file.size()
                        + " bytes). It is left alone. Ask the registry whose it is; when it is gone, ours is sent by itself.",
                null);
    }

    private boolean sameBytes(SubmissionFile file) {
        try {
            return HexFormat.of().formatHex(remote.sha256(file.name())).equals(file.sha256());
        } catch (TransferRefused e) {
            throw new NameTaken(
                    "The drop-off folder of " + account + " holds a file " + file.name()
                            + " of the same size as ours, and we may not read it to compare. It is left alone. Ask the registry whether it"
                            + " is ours; if so, settle the file as sent, else have it removed.",
                    e);
        }
    }

    private void uploadAndRename(SubmissionFile file, Path local) {
        String temporary = account.naming().temporary(file.name());
        try {
            upload(temporary, file, local).requireBuilt();
        } catch (TransferRefused | LocalFileChanged e) {
            remove(temporary, e);
            throw e;
        }
        if (account.naming().verify()) {
            OptionalLong there = remote.size(temporary);
            if (there.isEmpty()) {
                unsure(
                        file,
                        "the server took " + temporary
                                + " before it was renamed; choose an account.temporary-name that it does not look at");
                return;
            }
            if (there.getAsLong() != file.size()) {
                TransferRefused refused = wrongSize(file, temporary, there.getAsLong());
                remove(temporary, refused);
                throw refused;
            }
        }
        files.uploaded(file.id(), place(temporary));
        checkpoint.reached("uploaded");
        rename(file, temporary);
    }

    private void rename(SubmissionFile file, String temporary) {
        if (account.naming().verify()) {
            OptionalLong there = remote.size(file.name());
            if (there.isPresent()) {
                settleBoth(file, temporary, there.getAsLong());
                return;
            }
        }
        held.renew();
        checkpoint.reached("renaming");
        remote.rename(temporary, file.name());
        checkpoint.reached("renamed");
        if (account.naming().verify() && remote.size(temporary).isPresent()) {
            doubtRename(file, temporary);
            return;
        }
        sent(file);
    }

    // Both names are there: the final one is ours where a server renames by copying, or where somebody settled it by
    // hand.
    private void settleBoth(SubmissionFile file, String temporary, long there) {
        if (there != file.size() || !sameBytes(file)) {
            throw new NameTaken(
                    "A file " + file.name() + " of " + there
                            + " bytes, not ours, came into the drop-off folder of "
                            + account
                            + " during our upload. It is left alone; ours waits as " + temporary
                            + ". Ask the registry whose it is; when it is gone, ours is renamed by itself.",
                    null);
        }
        LOG.info("File {} is at the registry already, with our bytes; {} is removed", file.name(), temporary);
        sent(file);
        tidy(temporary);
    }

    // A server that says "renamed" and did nothing, or one that made a copy. With a picker they look alike.
    private void doubtRename(SubmissionFile file, String temporary) {
        OptionalLong there = remote.size(file.name());
        if (there.isPresent() && there.getAsLong() == file.size()) {
            sent(file);
            tidy(temporary);
            return;
        }
        unsure(
                file,
                "the server said that it had renamed " + temporary + ", but that name is still there and " + file.name()
                        + " is not");
    }

    private void uploadDirectly(SubmissionFile file, Path local) {
        Uploaded uploaded;
        try {
            uploaded = upload(file.name(), file, local);
        } catch (TransferRefused e) {
            withdrawRest(file, e);
            throw e;
        }
        if (!uploaded.isBuilt()) {
            unsure(
                    file,
                    "our copy was changed while it went straight to the final name, so the registry may hold something else");
            return;
        }
        if (account.naming().verify()) {
            OptionalLong there = remote.size(file.name());
            if (there.isPresent() && there.getAsLong() != file.size()) {
                TransferRefused refused = wrongSize(file, file.name(), there.getAsLong());
                withdrawRest(file, refused);
                throw refused;
            }
        }
        sent(file);
    }

    // The session still stands, so we know that what is there is the rest of our own refused upload; with it gone
    // nothing arrived.
    private void withdrawRest(SubmissionFile file, TransferRefused why) {
        if (!account.naming().verify()) {
            return;
        }
        try {
            remote.delete(file.name());
            if (remote.size(file.name()).isEmpty()) {
                files.nothingArrived(file.id());
            }
        } catch (DeliveryFailure e) {
            why.addSuppressed(e);
        }
    }

    private void goOn(SubmissionFile file, Supplier<Path> copy) {
        Optional<String> lain = files.laidAt(file);
        // Its name may have been set anew since.
        String temporary = lain.map(place -> place.substring(place.lastIndexOf('/') + 1))
                .orElse(account.naming().temporary(file.name()));
        if (!account.naming().verify()) {
            try {
                remote.rename(temporary, file.name());
                sent(file);
            } catch (TransferRefused e) {
                unsure(file, "the rename was owed, the server refuses it, and the folder may not be looked into");
            }
            return;
        }
        OptionalLong waiting = remote.size(temporary);
        OptionalLong there = remote.size(file.name());
        if (waiting.isEmpty()) {
            if (there.isPresent() && there.getAsLong() != file.size()) {
                unsure(
                        file,
                        "after the rename the registry holds " + there.getAsLong() + " bytes in place of "
                                + file.size());
                return;
            }
            if (there.isPresent() && holdsOthers(file)) {
                unsure(file, "the registry holds a file of this name and size whose content is not ours");
                return;
            }
            if (there.isEmpty() && renamedAfterAll(temporary, file)) {
                LOG.info("File {} waited as {}, although the server did not list it", file.name(), temporary);
            } else if (there.isEmpty()
                    && lain.filter(place -> !place.equals(place(temporary))).isPresent()) {
                unsure(
                        file,
                        "it was uploaded as " + lain.get() + " and not seen to be renamed, and " + account
                                + " has another server or folder since, " + place(temporary));
                return;
            } else {
                LOG.info(
                        "File {} was renamed before the connection broke{}",
                        file.name(),
                        there.isPresent() ? "" : " and has been picked up since");
            }
            sent(file);
        } else if (waiting.getAsLong() != file.size() || !account.naming().rename()) {
            remote.delete(temporary);
            uploadAnew(file, copy);
        } else {
            rename(file, temporary);
        }
    }

    // Where it may not be read, or is picked up meanwhile, its name and size have to do.
    private boolean holdsOthers(SubmissionFile file) {
        try {
            return !HexFormat.of().formatHex(remote.sha256(file.name())).equals(file.sha256());
        } catch (TransferRefused e) {
            LOG.debug("File {} cannot be read at the registry: {}", file.name(), e.getMessage());
            return false;
        }
    }

    private String place(String name) {
        return account.host() + ":" + account.port() + "/" + account.dropOff() + "/" + name;
    }

    // That a name is not listed proves little; that it cannot be renamed proves that it is gone.
    private boolean renamedAfterAll(String temporary, SubmissionFile file) {
        if (!account.naming().rename()) {
            return false;
        }
        try {
            remote.rename(temporary, file.name());
            return true;
        } catch (TransferRefused e) {
            LOG.debug("File {} is not there as {} either", file.name(), temporary);
            return false;
        }
    }

    /** Somebody may change our copy after it was looked at, and the server counts no more than its bytes. */
    private record Uploaded(Path local, SubmissionFile file, byte[] sha256) {
        boolean isBuilt() {
            return HexFormat.of().formatHex(sha256).equals(file.sha256());
        }

        void requireBuilt() {
            if (!isBuilt()) {
                throw Sha256.changed(local);
            }
        }
    }

    private Uploaded upload(String name, SubmissionFile file, Path local) {
        MessageDigest digest = Sha256.digest();
        try (InputStream bytes =
                new DigestInputStream(new BufferedInputStream(Files.newInputStream(local), BUFFER), digest)) {
            remote.upload(name, held.watching(bytes), file.size());
        } catch (IOException e) {
            throw new LocalFileChanged("Our copy " + local + " cannot be read: " + e.getMessage(), e);
        }
        held.renew();
        return new Uploaded(local, file, digest.digest());
    }

    private TransferRefused wrongSize(SubmissionFile file, String name, long there) {
        return new TransferRefused(
                "The server of " + account + " says that " + name + " has " + there + " bytes; " + file.size()
                        + " were sent. It is sent again.",
                null);
    }

    private void remove(String name, DeliveryFailure why) {
        try {
            remote.delete(name);
        } catch (DeliveryFailure e) {
            why.addSuppressed(e);
        }
    }

    // What is left over harms nobody but the registry's tidiness; the file itself has arrived.
    private void tidy(String temporary) {
        try {
            remote.delete(temporary);
        } catch (DeliveryFailure e) {
            LOG.warn("{} was left at the registry: {}", temporary, e.getMessage());
        }
    }

    private void sent(SubmissionFile file) {
        if (isAnswered(file)) {
            return;
        }
        files.sent(file.id());
        LOG.info(
                "File {} sent with account {}: {} bytes, {} messages",
                file.name(),
                account.id(),
                file.size(),
                file.messages());
        checkpoint.reached("sent");
    }

    // The registry may have taken the file and answered it before we knew that it had arrived.
    private boolean isAnswered(SubmissionFile file) {
        boolean answered = files.find(file.id()).orElseThrow().state().delivered();
        if (answered) {
            LOG.info("File {} has been answered meanwhile, so it has arrived", file.name());
        }
        return answered;
    }

    private void unsure(SubmissionFile file, String why) {
        if (isAnswered(file)) {
            return;
        }
        files.unsure(
                file.id(),
                "Nobody can tell whether " + file.name() + " arrived: " + why
                        + ". It is not sent again by itself. Ask the registry, or wait for its answer; then settle it.");
        LOG.warn("File {} is UNSURE: {}", file.name(), why);
    }
}
